public import SluiceCore

/// MySQL and MariaDB as a source, through libmariadb.
public enum MySQLPlugin: SourcePlugin {
  public static let id = "mysql"
  public static let title = "MySQL, MariaDB"
  public static let capabilities: Set<SourceCapability> = [.snapshot, .stream]
  public static let options = MySQLOptions.definitions

  public static func make(_ options: OptionValues) throws -> any Source {
    MySQLSource(options: try MySQLOptions(options))
  }
}
