internal import SluiceCore

/// Renders a plan as JSON.
enum PlanJSON {
  static func value(_ plan: JobPlan) -> SpecValue {
    .object([
      .init("job", .string(plan.job)), .init("tables", .array(plan.tables.map { table($0, plan) })),
      .init("targets", .array(PlannedTarget.all(plan).map { target($0, plan) })),
    ])
  }

  private static func table(_ item: TablePlan, _ plan: JobPlan) -> SpecValue {
    let lake = plan.lake
    return .object([
      .init("source", .string(item.source.id.description)), .init("target", .string(item.target.id.description)),
      .init("estimatedRows", .integer(item.source.estimatedRows)), .init("estimatedBytes", .integer(item.source.estimatedBytes)),
      .init("primaryKey", names(item.target.primaryKey)), .init("partitionBy", names(item.target.partitionKeys)),
      .init("buckets", item.target.buckets.map { .integer($0) } ?? .null), .init("ddl", .string(lake.describe(item.target))),
      .init("route", plan.shaping.ways(of: item.source.id).first { $0.target == item.target.id }?.route.map { .string($0.path) } ?? .null),
      .init("nodes", names(PlannedTarget.nodes(item, plan))),
      .init("columns", .array(item.target.columns.map { column($0, item, lake) })),
    ])
  }

  private static func column(_ target: TargetTable.Column, _ item: TablePlan, _ lake: any LakeFormat) -> SpecValue {
    let name = item.sourceColumn(of: target.name)
    let source = name.flatMap { name in item.rows.columns.first { $0.name == name } }
    return .object([
      .init("name", .string(target.name)), .init("sourceType", source.map { .string($0.nativeType) } ?? .null),
      .init("type", .string("\(target.type)")), .init("targetType", .string(lake.storage(of: target.type).name)),
      .init("nullable", .boolean(target.isNullable)), .init("notes", names(ColumnNotes.of(target.name, item, lake))),
    ])
  }

  private static func target(_ item: PlannedTarget, _ plan: JobPlan) -> SpecValue {
    .object([
      .init("target", .string(item.target.id.description)), .init("sources", names(item.sources.map(\.source.id.description))),
      .init("ddl", .string(plan.lake.describe(item.target))), .init("notes", names(item.notes)),
    ])
  }

  private static func names(_ names: [String]) -> SpecValue {
    .array(names.map { .string($0) })
  }
}
