internal import SluiceCore

/// What a lane is told, in order. Targets are named by their numbers, and ranges by their keys.
enum LaneMessage: Sendable {
  /// Rows for the version of the target that they were made for.
  case rows(target: Int, TableTarget, slot: Slot, ChangeBatch, RowOrigin)
  case endRange(target: Int, range: Int)
  /// What was written for that range is void.
  case discardRange(target: Int, range: Int)
  /// Nothing of the target that is not committed counts any more.
  case discardTarget(Int)
  case barrier(CheckpointID)
}
