-- Keys like UUIDs under a collation whose order is not that of the bytes. `CALL fill(n)` makes the same n rows every time.
SET sql_log_bin = 0;
CREATE OR REPLACE DATABASE strings CHARACTER SET utf8mb4;
USE strings;
CREATE TABLE sessions (
  id      VARCHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL PRIMARY KEY,
  user_id BIGINT        NOT NULL,
  amount  DECIMAL(12,2) NOT NULL,
  agent   VARCHAR(40)   NULL,
  at      DATETIME(6)   NOT NULL
) ENGINE=InnoDB;
DELIMITER //
CREATE PROCEDURE fill(IN n BIGINT)
BEGIN
  INSERT INTO sessions
  SELECT id, s * 7919 MOD 100000, (s * 104729 MOD 1000000) / 100, IF(s MOD 10 = 0, NULL, CONCAT('agent ', s MOD 1000)),
    '2026-01-01' + INTERVAL s SECOND + INTERVAL (s * 7919 MOD 1000000) MICROSECOND
  FROM (
    SELECT seq AS s, REGEXP_REPLACE(IF(seq MOD 2, MD5(seq), UPPER(MD5(seq))), '^(.{8})(.{4})(.{4})(.{4})', '\\1-\\2-\\3-\\4-') AS id
    FROM seq_1_to_100000000 WHERE seq <= n ORDER BY id) q;
END//
DELIMITER ;
