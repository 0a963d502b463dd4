internal import SluiceCore

/// Renders a preview as JSON: the stages with their columns, and each row at each of them.
enum PreviewJSON {
  static func value(_ preview: RowPreview) -> SpecValue {
    .object([
      .init("source", .string(preview.source.description)), .init("target", .string(preview.target.description)),
      .init("stages", .array(preview.stages.map(stage))), .init("rows", .array(preview.rows.map { row($0, preview) })),
    ])
  }

  private static func stage(_ stage: RowPreview.Stage) -> SpecValue {
    let columns = stage.columns.map { column in
      SpecValue.object([
        .init("name", .string(column.name)), .init("type", .string(column.type.description)), .init("nullable", .boolean(column.isNullable)),
      ])
    }
    return .object([
      .init("node", stage.node.map { .string($0.id) } ?? .null), .init("path", stage.node.map { .string($0.path) } ?? .null),
      .init("key", .array(stage.key.map { .string($0) })), .init("columns", .array(columns)),
    ])
  }

  private static func row(_ steps: [RowPreview.Step], _ preview: RowPreview) -> SpecValue {
    var outcome = "written"
    var members: [SpecValue.Member] = []
    let values = steps.compactMap { step -> SpecValue? in
      switch step {
      case .row(let image): return image.json
      case .left: outcome = "left out"
      case .failed(let column, let reason):
        outcome = "dirty"
        members = [.init("column", .string(column)), .init("reason", .string(reason))]
      }
      return nil
    }
    return .object([.init("outcome", .string(outcome))] + members + [.init("values", .array(values))])
  }
}
