import SluiceCore

@testable import SluiceConnectors

/// A statement's meaning in one line, as the corpus spells it.
enum StatementOutcome {
  static func text(_ statement: MySQLStatement) -> String {
    switch statement {
    case .transaction(let step): step_(step)
    case .ignorable: "nothing"
    case .rows(let tables): ("rows of " + list(tables)).trimmed
    case .tables(let statements): statements.map(table).joined(separator: "; ")
    case .database(.create(let name, let charset, let ifNotExists, let replaces)):
      "\(replaces ? "replace" : "create") database \(name)\(ifNotExists ? " if missing" : "")\(text(charset))"
    case .database(.alter(let name, let charset)): "alter database \(name)\(text(charset))"
    case .database(.drop(let name, let ifExists)): "drop database \(name)\(ifExists ? " if there" : "")"
    case .notUnderstood(let tables): ("unclear " + list(tables)).trimmed
    }
  }

  private static func list(_ tables: [TableID]) -> String { tables.map(\.description).joined(separator: ", ") }

  private static func step_(_ step: TransactionStep) -> String {
    switch step {
    case .begin: "begin"
    case .commit: "commit"
    case .rollback: "rollback"
    case .savepoint(let name): "savepoint \(name)"
    case .rollbackTo(let name): "rollback to \(name)"
    case .releaseSavepoint(let name): "release \(name)"
    case .xaStart(let xid): "xa start \(text(xid))"
    case .xaEnd(let xid): "xa end \(text(xid))"
    case .xaPrepare(let xid): "xa prepare \(text(xid))"
    case .xaRollback(let xid): "xa rollback \(text(xid))"
    case .xaCommit(let xid, let onePhase): "xa commit \(text(xid))\(onePhase ? " in one phase" : "")"
    }
  }

  private static func text(_ xid: MySQLXID) -> String {
    "\(String(decoding: xid.global, as: UTF8.self))/\(String(decoding: xid.branch, as: UTF8.self))/\(xid.format)"
  }

  private static func text(_ choice: MySQLCharsetChoice) -> String {
    (choice.charset.map { " charset \($0)" } ?? "") + (choice.collation.map { " collate \($0)" } ?? "")
  }

  private static func table(_ statement: TableStatement) -> String {
    switch statement {
    case .create(let creation): return create(creation)
    case .drop(let table, let ifExists): return "drop \(table)\(ifExists ? " if there" : "")"
    case .truncate(let table): return "truncate \(table)"
    case .rename(let table, let new, let ifExists): return "rename \(table) to \(new)\(ifExists ? " if there" : "")"
    case .alter(let table, let actions, let ifExists):
      return "alter \(table)\(ifExists ? " if there" : "")" + (actions.isEmpty ? "" : ": " + actions.map(action).joined(separator: ", "))
    }
  }

  private static func create(_ creation: TableCreation) -> String {
    var text = "\(creation.replaces ? "replace" : "create") \(creation.table)\(creation.ifNotExists ? " if missing" : "")"
    if let like = creation.like { text += " like \(like)" }
    let items = creation.columns.map(column) + creation.indexes.map(index)
    if !items.isEmpty { text += " (\(items.joined(separator: ", ")))" }
    text += self.text(creation.options.charset)
    if let comment = creation.options.comment { text += " comment \"\(comment)\"" }
    if creation.isVersioned { text += " versioned" }
    return text + (creation.isFromQuery ? " from a query" : "")
  }

  private static func column(_ column: ColumnClause) -> String {
    var words = [column.name, type(column.type)]
    if let isNullable = column.isNullable { words.append(isNullable ? "null" : "not null") }
    switch column.defaultValue {
    case nil: break
    case .null: words.append("= null")
    case .computed: words.append("= ?")
    case .literal(.text(let text)): words.append("= \"\(text.replacing("\n", with: "⏎"))\"")
    case .literal(.number(let text)): words.append("= \(text)")
    case .literal(.bytes(let bytes)): words.append("= \(MySQLText.hex(bytes))")
    }
    if column.hasUpdateTime { words.append("touched") }
    if column.isAutoIncrement { words.append("counting") }
    if column.isPrimary { words.append("primary") }
    if column.isUnique { words.append("unique") }
    if let generated = column.generated { words.append(generated.rawValue) }
    if column.isInvisible { words.append("invisible") }
    if column.isCompressed { words.append("compressed") }
    if !column.comment.isEmpty { words.append("comment \"\(column.comment)\"") }
    return words.joined(separator: " ")
  }

  private static func type(_ type: TypeClause) -> String {
    var text = type.name
    if let length = type.length { text += "(\(length)\(type.scale.map { ",\($0)" } ?? ""))" }
    if !type.members.isEmpty { text += "{\(type.members.joined(separator: "|"))}" }
    if type.isUnsigned { text += " unsigned" }
    if type.isZerofill { text += " zerofill" }
    if type.isNational { text += " national" }
    if type.hasBinaryCollation { text += " bin" }
    return text + self.text(type.charset)
  }

  private static func index(_ index: IndexClause) -> String {
    let parts = index.parts.map { part in
      (part.column ?? "?") + (part.prefix.map { "(\($0))" } ?? "") + (part.isAscending ? "" : " desc")
    }
    let kind = "\(index.kind)" == "plain" ? "index" : "\(index.kind)"
    return "\(kind)\(index.name.map { " \($0)" } ?? "")\(index.ifNotExists ? " if missing" : "") [\(parts.joined(separator: ", "))]"
      + (index.isHash ? " hash" : "") + (index.isHidden ? " hidden" : "")
  }

  private static func place(_ place: ColumnPlace?) -> String {
    switch place {
    case nil, .last: ""
    case .first: " first"
    case .after(let name): " after \(name)"
    }
  }

  private static func action(_ action: AlterAction) -> String {
    switch action {
    case .add(let clause, let place, let ifNotExists): "add \(column(clause))\(self.place(place))\(ifNotExists ? " if missing" : "")"
    case .drop(let name, let ifExists): "drop \(name)\(ifExists ? " if there" : "")"
    case .change(let old, let clause, let place, let ifExists):
      "change \(old): \(column(clause))\(self.place(place))\(ifExists ? " if there" : "")"
    case .renameColumn(let old, let new, let ifExists): "rename \(old) to \(new)\(ifExists ? " if there" : "")"
    case .setDefault(let name, let clause, let ifExists): "default of \(name) \(text(clause))\(ifExists ? " if there" : "")"
    case .setInvisible(let name, let isInvisible): "\(isInvisible ? "hide" : "show") \(name)"
    case .addIndex(let clause): "add \(index(clause))"
    case .dropIndex(let name, let ifExists): "drop index \(name)\(ifExists ? " if there" : "")"
    case .dropPrimaryKey: "drop primary"
    case .dropConstraint(let name, let ifExists): "drop constraint \(name)\(ifExists ? " if there" : "")"
    case .renameIndex(let old, let new): "rename index \(old) to \(new)"
    case .hideIndex(let name, let isHidden): "\(isHidden ? "hide" : "show") index \(name)"
    case .rename(let table): "rename to \(table)"
    case .convert(let choice): "convert\(text(choice))"
    case .options(let options): "options\(text(options.charset))\(options.comment.map { " comment \"\($0)\"" } ?? "")"
    case .replaceRows(let reason): "rows replaced by \(reason)"
    case .setVersioning(let isOn): "versioning \(isOn ? "on" : "off")"
    }
  }

  private static func text(_ clause: DefaultClause?) -> String {
    switch clause {
    case nil: "dropped"
    case .null: "null"
    case .computed: "?"
    case .literal(let literal): "\(literal)"
    }
  }
}

extension String {
  fileprivate var trimmed: String { hasSuffix(" ") ? String(dropLast()) : self }
}
