internal import Dispatch
internal import SluiceCore

/// Stops a run after a while.
final class StopTimer {
  private let timer: any DispatchSourceTimer

  init(seconds: Double, control: RunControl, feed: RunFeed) {
    timer = DispatchSource.makeTimerSource(queue: .global())
    timer.setEventHandler {
      control.stop()
      feed.announceStop("the time is up: finishing the checkpoint, then stopping")
    }
    timer.schedule(deadline: .now() + seconds)
    timer.resume()
  }

  func cancel() {
    timer.cancel()
  }
}
