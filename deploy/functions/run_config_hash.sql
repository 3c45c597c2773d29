-- Deploy btsql:functions/run_config_hash to pg
-- requires: functions/config_hash
BEGIN;

CREATE FUNCTION btsql.run_config_hash(strategy_path text, parameters jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT btsql.config_hash(jsonb_build_object(
        'strategy_path', run_config_hash.strategy_path,
        'parameters', run_config_hash.parameters));
END;

COMMENT ON FUNCTION btsql.run_config_hash(text, jsonb) IS
    'The identity of a configuration: config_hash of the strategy''s import path and its parameters, and of nothing '
    'else. Two runs with the same hash tested the same configuration, perhaps on other data.';

COMMIT;
