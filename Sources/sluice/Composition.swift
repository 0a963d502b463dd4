internal import SluiceConnectors
internal import SluiceCore
internal import SluiceEngine
internal import SluiceLake
internal import SluiceNet
internal import SluiceStorage
internal import SluiceTransforms

/// The one place where plug-ins, stores and runtimes meet.
enum Composition {
  static let plugins = JobSpec.Plugins(
    sources: [MySQLPlugin.self], lakes: [PaimonPlugin.self, IcebergPlugin.self], transforms: TransformNodes.all)

  static let stores = StoreRegistry(["file": LocalStore.locate], http: CurlClient())

  static func checkpoints(of spec: JobSpec) -> any CheckpointStore {
    FileCheckpointStore(folder: spec.settings.state, job: spec.job)
  }

  /// Does what was asked of a job that does not run.
  static func serve(_ plan: JobPlan, _ checkpoints: any CheckpointStore) throws {
    try EmbeddedRunner(store: checkpoints).serve(plan)
  }

  static func runner(_ checkpoints: any CheckpointStore, recoversFromLake: Bool) -> any Runner {
    EmbeddedRunner(store: checkpoints, recoversFromLake: recoversFromLake)
  }
}
