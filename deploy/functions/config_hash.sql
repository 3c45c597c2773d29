-- Deploy btsql:functions/config_hash to pg
-- requires: functions/canonical_text
BEGIN;

CREATE FUNCTION btsql.config_hash(document jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT encode(sha256(convert_to(btsql.canonical_text(config_hash.document), 'UTF8')), 'hex');
END;

COMMENT ON FUNCTION btsql.config_hash(jsonb) IS
    'SHA-256 of a JSON value''s canonical text, as 64 hexadecimal digits. backtest_run.config_hash is this hash of '
    '{"strategy_path": ..., "parameters": ...}.';

COMMIT;
