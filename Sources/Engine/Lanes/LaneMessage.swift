internal import SluiceCore

/// What a lane is told, in order.
enum LaneMessage: Sendable {
  /// Rows for the version of the target that they were made for.
  case rows(table: Int, TableTarget, slot: Slot, ChangeBatch, RowOrigin)
  case endRange(table: Int, range: Int)
  /// What was written for that range is void.
  case discardRange(table: Int, range: Int)
  /// Nothing of the table that is not committed counts any more.
  case discardTable(Int)
  case barrier(CheckpointID)
}
