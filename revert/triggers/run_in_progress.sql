-- Revert btsql:triggers/run_in_progress from pg
BEGIN;

DROP TRIGGER run_in_progress_is_not_truncated ON btsql.run_in_progress;
DROP TRIGGER run_in_progress_is_immutable ON btsql.run_in_progress;
DROP TRIGGER run_in_progress_is_stamped ON btsql.run_in_progress;

COMMIT;
