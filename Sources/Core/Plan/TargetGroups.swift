/// Plans by their targets, as a job's plan is put together.
struct TargetGroups {
  private struct Group {
    var target: TargetTable
    var members: [Int]
    /// What the first source would go to if its route did not fold the letter case.
    var unfolded: TableID?
    var isRouted: Bool
    /// Where the spec sends its first table; `nil` for a target that is known, which stays as it is.
    var path: String?
  }

  private var all: [TablePlan]
  private var groups: [TableID: Group] = [:]
  private let known: Set<TablePlan.ID>

  init(_ known: [TablePlan]) {
    all = known
    self.known = Set(known.map(\.id))
    for (index, plan) in known.enumerated() {
      groups[plan.target.id, default: Group(target: plan.target, members: [], isRouted: true)].members.append(index)
    }
  }

  func isKnown(_ plan: TablePlan.ID) -> Bool { known.contains(plan) }

  /// All plans in the order in which they came; those of one target share its widest columns. Known ones are as they were.
  var plans: [TablePlan] {
    var plans = all
    for group in groups.values {
      for index in group.members where !known.contains(plans[index].id) { plans[index] = plans[index].replacingTarget(group.target) }
    }
    return plans
  }

  mutating func add(_ plan: TablePlan, _ way: Shaping.Way, _ issues: inout [OptionIssue]) {
    all.append(plan)
    let id = plan.target.id
    let unfolded = way.route?.target(of: plan.source.id, database: nil, foldsCase: false)
    let path = way.route?.path ?? "$.sink.database"
    guard var group = groups[id] else {
      groups[id] = Group(target: plan.target, members: [all.count - 1], unfolded: unfolded, isRouted: way.route != nil, path: path)
      return
    }
    defer { groups[id] = group }
    let first = all[group.members[0]]
    group.members.append(all.count - 1)
    if first.source.id == plan.source.id {
      issues.append(OptionIssue(path, "\(plan.source.id) would go to \(id) twice"))
      return
    }
    guard let route = way.route, group.isRouted else {
      issues.append(OptionIssue(path, "\(first.source.id) and \(plan.source.id) would both go to \(id)"))
      return
    }
    if route.letterCase != .keep, let other = group.unfolded, other != unfolded {
      issues.append(OptionIssue("\(path).case", "\(first.source.id) and \(plan.source.id) would both go to \(id), because the letter case is folded"))
      return
    }
    if first.source.primaryKey.isEmpty || plan.source.primaryKey.isEmpty {
      let keyless = first.source.primaryKey.isEmpty ? first.source.id : plan.source.id
      issues.append(
        OptionIssue(path, "\(keyless) has no key and cannot share \(id) with other tables: a copy that breaks off could not be taken back"))
      return
    }
    if group.path != nil { compare(first, plan, at: path, &issues) }
    let merge = TargetMerge(group.target, taking: plan.target, of: plan.source.id)
    for conflict in merge.conflicts { issues.append(OptionIssue(path, "\(id): \(conflict)")) }
    group.target = group.target.applying(merge.changes).adding(estimatedBytes: plan.target.estimatedBytes)
  }

  /// Targets that the lake cannot have. `refusal` says why.
  func check(_ refusal: (TargetTable) -> String?, _ issues: inout [OptionIssue]) {
    for (id, group) in groups.sorted(by: { $0.key < $1.key }) {
      guard let path = group.path, let why = refusal(group.target) else { continue }
      issues.append(OptionIssue(path, "\(id): \(why)"))
    }
  }

  /// A layout that only one of the tables has would depend on which comes first.
  private func compare(_ first: TablePlan, _ plan: TablePlan, at path: String, _ issues: inout [OptionIssue]) {
    let (one, other) = (first.target, plan.target)
    func shown(_ value: String?) -> String { value.map(JSONText.quoted) ?? "nothing" }
    if (one.buckets == nil) != (other.buckets == nil) {
      func count(_ buckets: Int?) -> String { buckets.map { "\($0) buckets" } ?? "as many buckets as the lake chooses" }
      issues.append(
        OptionIssue(path, "\(one.id): \(plan.source.id) would have \(count(other.buckets)), \(first.source.id) \(count(one.buckets))"))
    }
    for name in Set(one.options.keys).union(other.options.keys).sorted() where one.options[name] != other.options[name] {
      let (value, before) = (shown(other.options[name]), shown(one.options[name]))
      issues.append(
        OptionIssue(path, "\(one.id): the option \(JSONText.quoted(name)) of \(plan.source.id) is \(value), of \(first.source.id) \(before)"))
    }
  }
}

extension TargetTable {
  /// The same table with the bytes of one more source.
  func adding(estimatedBytes more: Int) -> TargetTable {
    TargetTable(
      id: id, columns: columns, primaryKey: primaryKey, partitionKeys: partitionKeys, buckets: buckets, estimatedBytes: estimatedBytes + more,
      comment: comment, options: options)
  }
}
