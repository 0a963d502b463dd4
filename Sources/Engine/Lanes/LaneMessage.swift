internal import SluiceCore

/// What a lane is told, in order.
enum LaneMessage: Sendable {
  case rows(table: Int, slot: Slot, ChangeBatch, RowOrigin)
  case endRange(table: Int, range: Int)
  /// What was written for that range is void.
  case discardRange(table: Int, range: Int)
  case barrier(CheckpointID)
}
