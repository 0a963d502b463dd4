internal import SluiceCore

extension SlotRouter {
  /// As the schema says.
  convenience init(_ schema: TableSchema) throws {
    self.init(
      buckets: schema.bucketCount, bucketKeys: schema.bucketCount > 1 ? try schema.indexes(of: schema.bucketKeys) : [],
      partitions: schema.partitionKeys.isEmpty ? nil : PartitionIndex(columns: try schema.indexes(of: schema.partitionKeys)))
  }
}
