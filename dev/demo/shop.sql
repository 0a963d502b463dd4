-- A small shop: eleven tables, 1,000,348 rows, the same bytes every time.
SET NAMES utf8mb4 COLLATE utf8mb4_general_ci;
SET SESSION sql_log_bin = 0, unique_checks = 0, time_zone = "+00:00", sql_mode = CONCAT(@@sql_mode, ",NO_UNSIGNED_SUBTRACTION");
CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
USE shop;

CREATE TABLE customers (
  id            INT UNSIGNED     NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email         VARCHAR(80)      NOT NULL,
  name          VARCHAR(60)      NOT NULL,
  country       CHAR(2)          NOT NULL,
  tier          ENUM('bronze', 'silver', 'gold') NOT NULL DEFAULT 'bronze',
  balance       DECIMAL(38, 10)  NOT NULL COMMENT 'in euro, ten digits for interest',
  born          DATE             NULL,
  preferences   JSON             NULL,
  newsletter    BIT(1)           NOT NULL,
  registered_at TIMESTAMP(3)     NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  last_seen     DATETIME(6)      NULL,
  UNIQUE KEY (email)
) COMMENT 'who buys';
INSERT INTO customers
SELECT seq, CONCAT('customer', seq, '@example.org'),
  CONCAT(ELT(1 + seq MOD 10, 'Ana', 'Björn', 'Chloé', 'Дмитрий', '小明', '민준', 'ليلى', 'Łucja', 'Νίκος', 'Zoë 🌻'), ' ',
    ELT(1 + seq * 7 MOD 9, 'Garcia', 'Müller', 'O''Neill', 'Иванова', '渡辺', '김', 'حداد', 'Smith', 'Ngũgĩ')),
  ELT(1 + seq * 3 MOD 8, 'DE', 'FR', 'CN', 'JP', 'KR', 'US', 'BR', 'KE'), 1 + seq * seq MOD 3,
  CAST(seq * 7919 MOD 1000003 AS DECIMAL(38, 10)) / 7 - 50000,
  IF(seq MOD 17 = 0, NULL, '1940-01-01' + INTERVAL (seq * 8191 MOD 25000) DAY),
  IF(seq MOD 5 = 0, NULL, JSON_OBJECT('theme', ELT(1 + seq MOD 3, 'dark', 'light', '🌈'), 'page', 10 * (1 + seq MOD 5))),
  seq MOD 2,
  '2020-01-01 00:00:00.000' + INTERVAL (seq * 3571) SECOND + INTERVAL (seq MOD 1000 * 1000) MICROSECOND,
  IF(seq MOD 11 = 0, NULL, '2026-01-01' + INTERVAL (seq * 104729 MOD 20000000) SECOND + INTERVAL (seq * 7919 MOD 1000000) MICROSECOND)
FROM seq_1_to_40000;

CREATE TABLE countries (
  code  CHAR(2)     NOT NULL PRIMARY KEY,
  name  VARCHAR(40) NOT NULL,
  is_eu BOOLEAN     NOT NULL
);
INSERT INTO countries VALUES ('DE', 'Deutschland', TRUE), ('FR', 'France', TRUE), ('CN', '中国', FALSE), ('JP', '日本', FALSE),
  ('KR', '대한민국', FALSE), ('US', 'United States', FALSE), ('BR', 'Brasil', FALSE), ('KE', 'Kenya', FALSE);

CREATE TABLE products (
  id       SMALLINT UNSIGNED NOT NULL PRIMARY KEY,
  name     VARCHAR(60)       NOT NULL,
  price    DECIMAL(12, 2)    NOT NULL,
  weight   FLOAT             NULL COMMENT 'in kg',
  rating   DOUBLE            NULL,
  labels   SET('new', 'sale', 'organic', 'fragile', 'heavy') NOT NULL,
  picture  MEDIUMBLOB        NULL,
  origin   POINT             NOT NULL,
  details  JSON              NOT NULL
) COMMENT 'what is sold';
INSERT INTO products
SELECT seq, CONCAT(ELT(1 + seq MOD 6, 'Tea 🍵', 'Teapot', '湯呑', 'Honey 🍯', 'Crème brûlée', 'Ложка'), ' № ', seq),
  (99 + seq * 7919 MOD 100000) / 100, IF(seq MOD 13 = 0, NULL, seq / 7), SQRT(seq), seq MOD 32,
  IF(seq MOD 3 = 0, UNHEX(REPEAT(SHA2(seq, 256), 1 + seq MOD 40)), NULL),
  POINT(seq * 37 MOD 360 - 180, seq * 17 MOD 180 - 90),
  JSON_OBJECT('sku', CONCAT('P-', LPAD(seq, 5, '0')), 'sizes', JSON_ARRAY('S', 'M', 'L'), 'stock', JSON_OBJECT('min', seq MOD 9))
FROM seq_1_to_2000;

CREATE TABLE stock (
  warehouse  VARCHAR(12)        NOT NULL,
  sku        VARCHAR(20)        NOT NULL,
  amount     MEDIUMINT          NOT NULL,
  counted_on DATE               NOT NULL,
  shelf      BINARY(4)          NOT NULL,
  PRIMARY KEY (warehouse, sku)
) COMMENT 'a key of two texts';
INSERT INTO stock
SELECT ELT(1 + w.seq, 'berlin', 'København', '上海', 'Nairobi'), CONCAT(ELT(1 + s.seq MOD 3, 'p-', 'P_', 'É-'), LPAD(s.seq, 5, '0')),
  s.seq * 31 MOD 20000 - 500, '2026-06-01' + INTERVAL (s.seq MOD 90) DAY, UNHEX(LPAD(HEX(s.seq * 65537), 8, '0'))
FROM seq_0_to_3 w JOIN seq_1_to_5000 s;

CREATE TABLE orders (
  id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id INT UNSIGNED    NOT NULL,
  status      ENUM('open', 'paid', 'shipped', 'returned') NOT NULL,
  total       DECIMAL(14, 2)  NOT NULL,
  currency    CHAR(3)         NOT NULL,
  placed_at   DATETIME(6)     NOT NULL,
  paid_at     TIMESTAMP(3)    NULL,
  note        TEXT            NULL
) COMMENT 'one row a purchase';
INSERT INTO orders
SELECT seq, 1 + seq * 7919 MOD 40000, 1 + seq * 5 MOD 4, (100 + seq * 104729 MOD 900000) / 100, ELT(1 + seq MOD 3, 'EUR', 'USD', 'JPY'),
  '2023-01-01' + INTERVAL (seq * 523) SECOND + INTERVAL (seq * 7919 MOD 1000000) MICROSECOND,
  IF(seq * 5 MOD 4 = 0, NULL, '2023-01-02' + INTERVAL (seq * 523) SECOND + INTERVAL (seq MOD 1000 * 1000) MICROSECOND),
  IF(seq MOD 10 = 0, ELT(1 + seq MOD 7, 'Bitte klingeln 🔔', 'merci !', '请小心', 'gift 🎁', '', 'line one\nline two', '"quoted", \\ and \t'), NULL)
FROM seq_1_to_200000;

-- Orders have two lines and three lines in turn.
CREATE TABLE order_items (
  order_id   BIGINT UNSIGNED   NOT NULL,
  line       TINYINT UNSIGNED  NOT NULL,
  product_id SMALLINT UNSIGNED NOT NULL,
  quantity   INT               NOT NULL,
  price      DECIMAL(12, 2)    NOT NULL,
  discount   DECIMAL(5, 4)     NULL,
  PRIMARY KEY (order_id, line)
) COMMENT 'what is in a purchase';
INSERT INTO order_items
SELECT seq DIV 5 * 2 + 1 + (seq MOD 5 >= 2), seq MOD 5 - IF(seq MOD 5 >= 2, 1, -1), 1 + seq * 7919 MOD 2000, 1 + seq MOD 9,
  (99 + seq * 104729 MOD 100000) / 100, IF(seq MOD 4 = 0, seq MOD 5000 / 10000, NULL)
FROM seq_0_to_499999;

CREATE TABLE events (
  id       BIGINT UNSIGNED  NOT NULL PRIMARY KEY,
  kind     ENUM('view', 'click', 'cart', 'buy', 'émoji 🎉') NOT NULL,
  channels SET('web', 'app', 'mail', 'store') NULL,
  flags    BIT(12)          NOT NULL,
  took     TIME(3)          NULL COMMENT 'negative where a clock ran ahead',
  payload  JSON             NULL,
  source   INET6            NULL,
  trace    UUID             NULL,
  at       TIMESTAMP(6)     NOT NULL
) COMMENT 'what happened';
INSERT INTO events
SELECT seq + 18446744073709000000, 1 + seq MOD 5, NULLIF(seq MOD 17, 16), seq * 7919 MOD 4096,
  IF(seq MOD 9 = 0, NULL, SEC_TO_TIME((seq * 104729 MOD 400000000 - 100000000) / 1000)),
  IF(seq MOD 3 = 0, NULL, CONCAT('{"seq": ', seq, ', "tags": ["', ELT(1 + seq MOD 3, 'α', '好', '🚀'), '"], "ok": ', IF(seq MOD 2, 'true', 'null'), '}')),
  IF(seq MOD 4 = 0, NULL, IF(seq MOD 2, CONCAT('2001:db8::', HEX(seq MOD 65535 + 1)), CONCAT('::ffff:10.0.', seq DIV 256 MOD 256, '.', seq MOD 256))),
  IF(seq MOD 6 = 0, NULL, CONCAT(LPAD(HEX(seq), 8, '0'), '-1f0e-4a6b-8c3d-', LPAD(HEX(seq * 65537), 12, '0'))),
  '2026-03-01' + INTERVAL (seq * 61) SECOND + INTERVAL (seq * 7919 MOD 1000000) MICROSECOND
FROM seq_1_to_150000;

CREATE TABLE page_views (
  day     DATE          NOT NULL,
  id      INT UNSIGNED  NOT NULL,
  path    VARCHAR(120)  NOT NULL,
  millis  SMALLINT      NOT NULL,
  visitor VARBINARY(16) NOT NULL,
  PRIMARY KEY (day, id)
) COMMENT 'a partition a day in the lake';
INSERT INTO page_views
SELECT '2026-10-01' + INTERVAL (seq DIV 11430) DAY, seq, CONCAT('/', ELT(1 + seq MOD 4, 'tea', 'honey', '茶', 'basket'), '/', seq * 31 MOD 2000),
  seq * 7919 MOD 30000, UNHEX(MD5(seq MOD 5000))
FROM seq_1_to_80000;

CREATE TABLE audit_log (
  at    DATETIME     NOT NULL,
  actor VARCHAR(40)  NOT NULL,
  what  VARCHAR(200) NOT NULL
) COMMENT 'no key, and rows that are there twice';
INSERT INTO audit_log
SELECT '2026-11-01' + INTERVAL (seq DIV 2) SECOND, ELT(1 + seq DIV 2 MOD 3, 'root', 'clerk', 'робот 🤖'), CONCAT('changed price ', seq DIV 4)
FROM seq_1_to_8000;

CREATE TABLE returns (
  order_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  reason   TEXT            NOT NULL,
  at       DATETIME(6)     NOT NULL
) COMMENT 'nobody sent anything back';

CREATE TABLE cabinet (
  id        INT               NOT NULL PRIMARY KEY,
  tiny      TINYINT           NULL,
  big       BIGINT UNSIGNED   NULL,
  exact     DECIMAL(38, 10)   NULL,
  huge      DECIMAL(65, 30)   NULL,
  narrow    FLOAT             NULL,
  wide      DOUBLE            NULL,
  bits      BIT(64)           NULL,
  century   YEAR              NULL,
  clock     TIME(6)           NULL,
  moment    DATETIME(6)       NULL,
  instant   TIMESTAMP(3)      NULL,
  token     BINARY(16)        NULL,
  body      LONGBLOB          NULL,
  prose     LONGTEXT          NULL,
  latin     VARCHAR(40) CHARACTER SET latin1 NULL,
  folded    VARCHAR(40) COLLATE utf8mb4_unicode_ci NULL,
  area      GEOMETRY          NULL,
  `of "odd" name` VARCHAR(20) NULL,
  doubled   BIGINT AS (id * 2) STORED
) COMMENT 'wide types and extremes';
INSERT INTO cabinet (id, tiny, big, exact, huge, narrow, wide, bits, century, clock, moment, instant, token, body, prose, latin, folded, area, `of "odd" name`) VALUES
  (-2147483648, -128, 0, -9999999999999999999999999999.9999999999, -99999999999999999999999999999999999.999999999999999999999999999999,
   -3.402823466e38, -1.7976931348623157e308, b'0', 1901, '-838:59:59.999999', '0001-01-01 00:00:00', '1970-01-01 00:00:01.000',
   REPEAT(X'00', 16), '', '', '', '', ST_GeomFromText('POINT(0 0)'), ''),
  (2147483647, 127, 18446744073709551615, 9999999999999999999999999999.9999999999, 99999999999999999999999999999999999.999999999999999999999999999999,
   3.402823466e38, 1.7976931348623157e308, b'1111111111111111111111111111111111111111111111111111111111111111', 2155, '838:59:59.999999',
   '9999-12-31 23:59:59.999999', '2038-01-19 03:14:07.999', REPEAT(X'FF', 16), REPEAT(X'00FF', 50000), REPEAT('🐘 長い ', 20000), 'ÿ€', 'ß = ss',
   ST_GeomFromText('POLYGON((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 2 1, 2 2, 1 1))'), '👩🏽‍🚀'),
  (0, 0, 1, 0.0000000001, 0.000000000000000000000000000001, 1.17549435e-38, 2.2250738585072014e-308, b'1', 2000, '00:00:00.000001',
   '2024-02-29 23:59:59.999999', '2024-02-29 23:59:59.999', X'', '\n', 'tab\tline\nquote"back\\slash', 'é', 'É', NULL, '=1+1');
INSERT INTO cabinet (id) VALUES (7);
INSERT INTO cabinet (id, tiny, big, exact, huge, narrow, wide, bits, century, clock, moment, instant, token, body, prose, latin, folded, area)
SELECT 1000 + seq, seq MOD 256 - 128, seq * 54901323070326, seq / 7, seq * 1000003 / 3, seq / 3, EXP(seq / 10), seq * 54901323070326, 1901 + seq MOD 255,
  SEC_TO_TIME(seq * 7919 MOD 6000000 - 3000000 + 0.125), '1000-01-01' + INTERVAL seq * 25 YEAR + INTERVAL seq MICROSECOND,
  '1971-01-01' + INTERVAL seq * 50 DAY, UNHEX(MD5(seq)), REPEAT(CHAR(seq MOD 256), seq * 10), REPEAT(CHAR(0xF09F9880 + seq MOD 64 USING utf8mb4), seq MOD 50),
  CHAR(192 + seq MOD 60 USING latin1), CONCAT('ключ ', seq), ST_GeomFromText(CONCAT('LINESTRING(0 0, ', seq, ' ', -seq, ')'))
FROM seq_1_to_336;

ANALYZE TABLE customers, countries, products, stock, orders, order_items, events, page_views, audit_log, returns, cabinet;
