internal import SluiceCore

/// Renders a plan as JSON.
enum PlanJSON {
  static func value(_ plan: JobPlan) -> SpecValue {
    .object([.init("job", .string(plan.job)), .init("tables", .array(plan.tables.map { table($0, plan.lake) }))])
  }

  private static func table(_ item: TablePlan, _ lake: any LakeFormat) -> SpecValue {
    .object([
      .init("source", .string(item.source.id.description)), .init("target", .string(item.target.id.description)),
      .init("estimatedRows", .integer(item.source.estimatedRows)), .init("estimatedBytes", .integer(item.source.estimatedBytes)),
      .init("primaryKey", names(item.target.primaryKey)), .init("partitionBy", names(item.target.partitionKeys)),
      .init("buckets", item.target.buckets.map { .integer($0) } ?? .null), .init("ddl", .string(lake.describe(item.target))),
      .init("columns", .array(zip(item.source.columns, item.target.columns).map { column($0, $1, item, lake) })),
    ])
  }

  private static func column(
    _ source: ColumnDefinition, _ target: TargetTable.Column, _ item: TablePlan, _ lake: any LakeFormat
  ) -> SpecValue {
    .object([
      .init("name", .string(source.name)), .init("sourceType", .string(source.nativeType)), .init("type", .string("\(target.type)")),
      .init("targetType", .string(lake.storage(of: target.type).name)), .init("nullable", .boolean(target.isNullable)),
      .init("notes", names(ColumnNotes.of(target.name, item, lake))),
    ])
  }

  private static func names(_ names: [String]) -> SpecValue {
    .array(names.map { .string($0) })
  }
}
