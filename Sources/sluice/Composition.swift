internal import SluiceConnectors
internal import SluiceCore
internal import SluiceEngine
internal import SluiceLake
internal import SluiceNet
internal import SluiceStorage

/// The one place where plug-ins, stores and runtimes meet.
enum Composition {
  static let plugins = JobSpec.Plugins(sources: [MySQLPlugin.self], lakes: [PaimonPlugin.self, IcebergPlugin.self])

  static let stores = StoreRegistry(["file": LocalStore.locate], http: CurlClient())

  static func checkpoints(of spec: JobSpec) -> any CheckpointStore {
    FileCheckpointStore(folder: spec.settings.state, job: spec.job)
  }

  static func runner(_ checkpoints: any CheckpointStore, recoversFromLake: Bool) -> any Runner {
    EmbeddedRunner(store: checkpoints, recoversFromLake: recoversFromLake)
  }
}
