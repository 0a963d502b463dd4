-- A table like TPC-H's lineitem: 5 integers, 4 decimals, 2 flags, 2 dates, 1 datetime(6), 3 varchars, 133 bytes of text a row.
-- `CALL fill(n)` makes the same n rows every time.
SET sql_log_bin = 0;
CREATE OR REPLACE DATABASE bench CHARACTER SET utf8mb4;
USE bench;
CREATE TABLE lineitem (
  id            BIGINT        NOT NULL PRIMARY KEY,
  l_orderkey    BIGINT        NOT NULL,
  l_partkey     INT           NOT NULL,
  l_suppkey     INT           NOT NULL,
  l_linenumber  INT           NOT NULL,
  l_quantity      DECIMAL(15,2) NOT NULL,
  l_extendedprice DECIMAL(15,2) NOT NULL,
  l_discount      DECIMAL(15,2) NOT NULL,
  l_tax           DECIMAL(15,2) NULL,
  l_returnflag  CHAR(1)       NOT NULL,
  l_linestatus  CHAR(1)       NOT NULL,
  l_shipdate    DATE          NOT NULL,
  l_commitdate  DATE          NULL,
  l_receiptts   DATETIME(6)   NULL,
  l_shipinstruct VARCHAR(25)  NOT NULL,
  l_shipmode    VARCHAR(10)   NOT NULL,
  l_comment     VARCHAR(44)   NOT NULL
) ENGINE=InnoDB;
DELIMITER //
CREATE PROCEDURE fill(IN n BIGINT)
BEGIN
  DECLARE a BIGINT DEFAULT 0;
  WHILE a < n DO
    INSERT INTO lineitem
    SELECT s, s DIV 4 + 1,
      1 + CRC32(CONCAT('p',s)) MOD 200000, 1 + CRC32(CONCAT('u',s)) MOD 10000, 1 + s MOD 4,
      1 + CRC32(CONCAT('q',s)) MOD 50, (90000 + CRC32(CONCAT('e',s)) MOD 10000000)/100,
      (CRC32(CONCAT('d',s)) MOD 11)/100, IF(s MOD 20 = 0, NULL, (CRC32(CONCAT('t',s)) MOD 9)/100),
      ELT(1 + CRC32(CONCAT('f',s)) MOD 3,'A','N','R'), ELT(1 + CRC32(CONCAT('l',s)) MOD 2,'O','F'),
      '1992-01-02' + INTERVAL (CRC32(CONCAT('s',s)) MOD 2526) DAY,
      IF(s MOD 50 = 0, NULL, '1992-01-31' + INTERVAL (CRC32(CONCAT('c',s)) MOD 2466) DAY),
      '1992-01-03 00:00:00.000000' + INTERVAL (s*37 MOD 218000000) SECOND + INTERVAL (s*7919 MOD 1000000) MICROSECOND,
      ELT(1 + CRC32(CONCAT('i',s)) MOD 4,'DELIVER IN PERSON','COLLECT COD','NONE','TAKE BACK RETURN'),
      ELT(1 + CRC32(CONCAT('m',s)) MOD 7,'REG AIR','AIR','RAIL','SHIP','TRUCK','MAIL','FOB'),
      LEFT(CONCAT_WS(' ', ELT(1+CRC32(CONCAT('a',s)) MOD 8,'furiously','carefully','quickly','blithely','slyly','express','final','bold'),
        HEX(CRC32(CONCAT('x',s))), ELT(1+CRC32(CONCAT('b',s)) MOD 6,'deposits','requests','packages','accounts','theodolites','pinto beans'),
        HEX(CRC32(CONCAT('y',s)))), 10 + CRC32(CONCAT('z',s)) MOD 34)
    FROM (SELECT seq + a AS s FROM seq_1_to_250000 WHERE seq <= n - a) q;
    COMMIT;
    SET a = a + 250000;
  END WHILE;
END//
DELIMITER ;
