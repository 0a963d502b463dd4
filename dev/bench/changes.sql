-- What following is measured with: `cdc.lineitem` and changes of it. Filling is not logged, the changes are.
SET sql_log_bin = 0;
CREATE OR REPLACE DATABASE cdc CHARACTER SET utf8mb4;
USE cdc;
CREATE TABLE lineitem LIKE bench.lineitem;
ALTER TABLE lineitem ADD COLUMN beat BIGINT NOT NULL DEFAULT 0;
DELIMITER //
-- The first n rows of bench.lineitem, not logged.
CREATE PROCEDURE fill(IN n BIGINT)
BEGIN
  SET sql_log_bin = 0;
  TRUNCATE TABLE lineitem;
  INSERT INTO lineitem SELECT *, 0 FROM bench.lineitem WHERE id <= n;
  ANALYZE TABLE lineitem;
END//
-- n inserts, n updates, n / 2 deletes, 1,000 rows a transaction.
CREATE PROCEDURE bulk(IN n BIGINT)
BEGIN
  DECLARE a BIGINT DEFAULT 0;
  WHILE a < n DO INSERT INTO lineitem SELECT *, 0 FROM bench.lineitem WHERE id > a AND id <= a + 1000; SET a = a + 1000; END WHILE;
  SET a = 0;
  WHILE a < n DO UPDATE lineitem SET l_quantity = l_quantity + 1, l_shipmode = 'CHANGED' WHERE id > a AND id <= a + 1000; SET a = a + 1000; END WHILE;
  SET a = 0;
  WHILE a < n DO DELETE FROM lineitem WHERE id > a AND id <= a + 1000 AND id % 2 = 0; SET a = a + 1000; END WHILE;
END//
-- n updates, one row a transaction.
CREATE PROCEDURE small(IN n BIGINT)
BEGIN
  DECLARE a BIGINT DEFAULT 0;
  WHILE a < n DO UPDATE lineitem SET l_tax = 0.01, l_quantity = l_quantity + 1 WHERE id = a * 7919 % n + 1; SET a = a + 1; END WHILE;
END//
DELIMITER ;
