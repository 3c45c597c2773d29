-- Deploy btsql:settings/privileges to pg
-- requires: functions/schema_version
-- requires: functions/record_run
-- requires: functions/add_note
-- requires: functions/set_tags
-- requires: functions/delete_run
-- requires: functions/compare_runs
-- requires: functions/find_closest_duplicates
-- requires: functions/find_near_duplicates
-- requires: functions/best_runs
-- requires: functions/strategy_history
-- requires: functions/check_runs
-- requires: functions/start_run
-- requires: functions/recorded_names
-- requires: functions/started_runs
-- requires: functions/record_interrupted
-- requires: functions/find_origins
-- requires: functions/find_reproductions
-- requires: functions/reproduction_verdict
-- requires: functions/grant_rights
BEGIN;

REVOKE ALL ON ALL TABLES IN SCHEMA btsql FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA btsql FROM PUBLIC;

-- Writers act only through these functions, which run as the owner: they cannot read, change or delete rows directly.
ALTER FUNCTION btsql.record_run(jsonb) SECURITY DEFINER;
ALTER FUNCTION btsql.start_run(jsonb, jsonb, integer) SECURITY DEFINER;
ALTER FUNCTION btsql.record_interrupted(uuid, text) SECURITY DEFINER;
ALTER FUNCTION btsql.add_note(text, text) SECURITY DEFINER;
ALTER FUNCTION btsql.set_tags(text, text[], text[]) SECURITY DEFINER;

DO $deploy$ BEGIN PERFORM btsql.grant_rights(); END $deploy$;

COMMIT;
