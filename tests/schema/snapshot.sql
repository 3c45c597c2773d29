-- PostgreSQL database dump
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
-- Name: btsql; Type: SCHEMA; Schema: -; Owner: -
CREATE SCHEMA btsql;
-- Name: SCHEMA btsql; Type: COMMENT; Schema: -; Owner: -
COMMENT ON SCHEMA btsql IS 'Every backtest run, saved once and never changed: the tables, their rules, and the functions that record and query runs.';
-- Name: duplicate_run; Type: TYPE; Schema: btsql; Owner: -
CREATE TYPE btsql.duplicate_run AS (
	run_id uuid,
	short_id text,
	started_at timestamp with time zone,
	total_return double precision,
	sharpe_ratio double precision,
	max_drawdown double precision,
	differences jsonb
);
-- Name: TYPE duplicate_run; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TYPE btsql.duplicate_run IS 'A run with the same configuration, or nearly the same (see find_duplicates, find_near_duplicates).';
-- Name: COLUMN duplicate_run.run_id; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.duplicate_run.run_id IS 'Id of the run.';
-- Name: COLUMN duplicate_run.short_id; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.duplicate_run.short_id IS 'The last group of the run id, 12 hexadecimal digits.';
-- Name: COLUMN duplicate_run.started_at; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.duplicate_run.started_at IS 'When the execution began.';
-- Name: COLUMN duplicate_run.total_return; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.duplicate_run.total_return IS 'Final equity / opening balance - 1; a fraction.';
-- Name: COLUMN duplicate_run.sharpe_ratio; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.duplicate_run.sharpe_ratio IS 'Annualised Sharpe ratio of daily returns; a ratio.';
-- Name: COLUMN duplicate_run.max_drawdown; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.duplicate_run.max_drawdown IS 'Deepest fall of daily equity from its maximum; a fraction, zero or negative.';
-- Name: COLUMN duplicate_run.differences; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.duplicate_run.differences IS 'What differs: {name: {"wanted": value, "recorded": value}}. A side that does not have the name is left out.';
-- Name: history_run; Type: TYPE; Schema: btsql; Owner: -
CREATE TYPE btsql.history_run AS (
	run_id uuid,
	short_id text,
	started_at timestamp with time zone,
	strategy_type text,
	strategy_name text,
	status text,
	instruments text[],
	data_start timestamp with time zone,
	data_end timestamp with time zone,
	changed_parameters jsonb,
	total_return double precision,
	sharpe_ratio double precision,
	max_drawdown double precision,
	metric_changes jsonb,
	metrics jsonb
);
-- Name: TYPE history_run; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TYPE btsql.history_run IS 'A run in the history of a strategy (see strategy_history).';
-- Name: COLUMN history_run.run_id; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.history_run.run_id IS 'Id of the run.';
-- Name: COLUMN history_run.short_id; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.history_run.short_id IS 'The last group of the run id, 12 hexadecimal digits.';
-- Name: COLUMN history_run.started_at; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.history_run.started_at IS 'When the execution began.';
-- Name: COLUMN history_run.strategy_type; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.history_run.strategy_type IS 'The kind of strategy.';
-- Name: COLUMN history_run.strategy_name; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.history_run.strategy_name IS 'The user''s label, by default the type.';
-- Name: COLUMN history_run.status; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.history_run.status IS 'success, failure or interrupted.';
-- Name: COLUMN history_run.instruments; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.history_run.instruments IS 'Instrument ids.';
-- Name: COLUMN history_run.data_start; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.history_run.data_start IS 'First instant of the data that was requested.';
-- Name: COLUMN history_run.data_end; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.history_run.data_end IS 'Last instant of the data that was requested.';
-- Name: COLUMN history_run.changed_parameters; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.history_run.changed_parameters IS 'The parameters that changed since the previous success: {name: {"before": value, "now": value}}; all of them when there is no success before.';
-- Name: COLUMN history_run.total_return; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.history_run.total_return IS 'Final equity / opening balance - 1; a fraction.';
-- Name: COLUMN history_run.sharpe_ratio; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.history_run.sharpe_ratio IS 'Annualised Sharpe ratio of daily returns; a ratio.';
-- Name: COLUMN history_run.max_drawdown; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.history_run.max_drawdown IS 'Deepest fall of daily equity; a fraction, zero or negative.';
-- Name: COLUMN history_run.metric_changes; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.history_run.metric_changes IS 'The change of each metric since the previous success, in its unit, for the metrics that both runs have.';
-- Name: COLUMN history_run.metrics; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.history_run.metrics IS 'Every metric of a success by its name, in its unit; null where it is undefined or rejected.';
-- Name: ranked_run; Type: TYPE; Schema: btsql; Owner: -
CREATE TYPE btsql.ranked_run AS (
	rank bigint,
	run_id uuid,
	short_id text,
	value double precision,
	strategy_name text,
	instruments text[],
	data_start timestamp with time zone,
	data_end timestamp with time zone,
	currency text,
	parameters jsonb,
	total_return double precision,
	sharpe_ratio double precision,
	max_drawdown double precision,
	total_trades integer,
	metrics jsonb
);
-- Name: TYPE ranked_run; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TYPE btsql.ranked_run IS 'A run in a ranking (see best_runs).';
-- Name: COLUMN ranked_run.rank; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.ranked_run.rank IS 'Place in the ranking, a count from 1 for the best.';
-- Name: COLUMN ranked_run.run_id; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.ranked_run.run_id IS 'Id of the run.';
-- Name: COLUMN ranked_run.short_id; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.ranked_run.short_id IS 'First digits of the last group of the run id, at least 8.';
-- Name: COLUMN ranked_run.value; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.ranked_run.value IS 'The metric that the ranking is by: a fraction, a ratio or money in the run''s currency.';
-- Name: COLUMN ranked_run.strategy_name; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.ranked_run.strategy_name IS 'The user''s label, by default the type.';
-- Name: COLUMN ranked_run.instruments; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.ranked_run.instruments IS 'Instrument ids.';
-- Name: COLUMN ranked_run.data_start; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.ranked_run.data_start IS 'First instant of the data that was requested.';
-- Name: COLUMN ranked_run.data_end; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.ranked_run.data_end IS 'Last instant of the data that was requested.';
-- Name: COLUMN ranked_run.currency; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.ranked_run.currency IS 'Currency of the money in value and metrics, by its code.';
-- Name: COLUMN ranked_run.parameters; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.ranked_run.parameters IS 'The parameters of the run.';
-- Name: COLUMN ranked_run.total_return; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.ranked_run.total_return IS 'Final equity / opening balance - 1; a fraction.';
-- Name: COLUMN ranked_run.sharpe_ratio; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.ranked_run.sharpe_ratio IS 'Annualised Sharpe ratio of daily returns; a ratio.';
-- Name: COLUMN ranked_run.max_drawdown; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.ranked_run.max_drawdown IS 'Deepest fall of daily equity; a fraction, zero or negative.';
-- Name: COLUMN ranked_run.total_trades; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.ranked_run.total_trades IS 'Finished trades; a count.';
-- Name: COLUMN ranked_run.metrics; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.ranked_run.metrics IS 'Every metric by its name, in its unit; null where it is undefined or rejected.';
-- Name: run_details; Type: TYPE; Schema: btsql; Owner: -
CREATE TYPE btsql.run_details AS (
	run_id uuid,
	short_id text,
	status text,
	started_at timestamp with time zone,
	duration_seconds numeric,
	strategy_type text,
	strategy_name text,
	strategy_path text,
	parameters jsonb,
	instruments text[],
	data_start timestamp with time zone,
	data_end timestamp with time zone,
	data_source text,
	initial_capital numeric,
	currency text,
	total_return double precision,
	cagr double precision,
	annualized_return double precision,
	sharpe_ratio double precision,
	sortino_ratio double precision,
	max_drawdown double precision,
	volatility double precision,
	total_trades integer,
	winning_trades integer,
	losing_trades integer,
	win_rate double precision,
	profit_factor double precision,
	average_win double precision,
	average_loss double precision,
	final_equity double precision,
	net_profit double precision,
	periods_per_year integer,
	rejected_metrics jsonb,
	engine_figures jsonb,
	error_type text,
	error_message text,
	error_traceback text,
	origin_run_id uuid,
	changes jsonb,
	snapshot jsonb,
	environment jsonb,
	config_hash text,
	record_digest text,
	recorded_at timestamp with time zone,
	replaced_interrupted_at timestamp with time zone,
	tags text[],
	annotations jsonb
);
-- Name: TYPE run_details; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TYPE btsql.run_details IS 'All that is recorded of one run (see get_run).';
-- Name: COLUMN run_details.run_id; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.run_id IS 'Id of the run.';
-- Name: COLUMN run_details.short_id; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.short_id IS 'The last group of the run id, 12 hexadecimal digits.';
-- Name: COLUMN run_details.status; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.status IS 'success, failure or interrupted.';
-- Name: COLUMN run_details.started_at; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.started_at IS 'When the execution began.';
-- Name: COLUMN run_details.duration_seconds; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.duration_seconds IS 'Wall time, in seconds.';
-- Name: COLUMN run_details.strategy_type; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.strategy_type IS 'The kind of strategy.';
-- Name: COLUMN run_details.strategy_name; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.strategy_name IS 'The user''s label, by default the type.';
-- Name: COLUMN run_details.strategy_path; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.strategy_path IS 'Import path of the strategy''s class.';
-- Name: COLUMN run_details.parameters; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.parameters IS 'The strategy''s parameters, with all default values filled in.';
-- Name: COLUMN run_details.instruments; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.instruments IS 'Instrument ids.';
-- Name: COLUMN run_details.data_start; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.data_start IS 'First instant of the data that was requested.';
-- Name: COLUMN run_details.data_end; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.data_end IS 'Last instant of the data that was requested.';
-- Name: COLUMN run_details.data_source; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.data_source IS 'csv, catalog, ibkr, mock or memory.';
-- Name: COLUMN run_details.initial_capital; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.initial_capital IS 'Opening balance; in currency.';
-- Name: COLUMN run_details.currency; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.currency IS 'Currency code of the run''s money.';
-- Name: COLUMN run_details.total_return; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.total_return IS 'Final equity / opening balance - 1; a fraction.';
-- Name: COLUMN run_details.cagr; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.cagr IS 'Compound annual growth rate over calendar days; a fraction a year.';
-- Name: COLUMN run_details.annualized_return; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.annualized_return IS 'Total return compounded over a year of trading days; a fraction a year.';
-- Name: COLUMN run_details.sharpe_ratio; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.sharpe_ratio IS 'Annualised Sharpe ratio of daily returns; a ratio.';
-- Name: COLUMN run_details.sortino_ratio; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.sortino_ratio IS 'Annualised Sortino ratio of daily returns; a ratio.';
-- Name: COLUMN run_details.max_drawdown; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.max_drawdown IS 'Deepest fall of daily equity from its maximum; a fraction, zero or negative.';
-- Name: COLUMN run_details.volatility; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.volatility IS 'Annualised standard deviation of daily returns; a fraction.';
-- Name: COLUMN run_details.total_trades; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.total_trades IS 'Finished trades; a count.';
-- Name: COLUMN run_details.winning_trades; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.winning_trades IS 'Trades with a profit after costs; a count.';
-- Name: COLUMN run_details.losing_trades; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.losing_trades IS 'Trades with a loss after costs; a count.';
-- Name: COLUMN run_details.win_rate; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.win_rate IS 'winning_trades / total_trades; a fraction.';
-- Name: COLUMN run_details.profit_factor; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.profit_factor IS 'Gross profit / gross loss; a ratio.';
-- Name: COLUMN run_details.average_win; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.average_win IS 'Mean profit of the winning trades; in currency.';
-- Name: COLUMN run_details.average_loss; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.average_loss IS 'Mean loss of the losing trades, zero or negative; in currency.';
-- Name: COLUMN run_details.final_equity; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.final_equity IS 'Equity at the end, open positions marked to market; in currency.';
-- Name: COLUMN run_details.net_profit; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.net_profit IS 'Final equity - opening balance; in currency.';
-- Name: COLUMN run_details.periods_per_year; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.periods_per_year IS 'Trading days a year that annualised figures assume; a count.';
-- Name: COLUMN run_details.rejected_metrics; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.rejected_metrics IS 'Why a metric is NULL: {metric: {reported_value, reason}}.';
-- Name: COLUMN run_details.engine_figures; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.engine_figures IS 'The engine''s own statistics, unchanged.';
-- Name: COLUMN run_details.error_type; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.error_type IS 'Class of the exception that ended the run.';
-- Name: COLUMN run_details.error_message; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.error_message IS 'Message of the exception that ended the run.';
-- Name: COLUMN run_details.error_traceback; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.error_traceback IS 'Full traceback of the exception that ended the run.';
-- Name: COLUMN run_details.origin_run_id; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.origin_run_id IS 'The run that this one reproduces or varies.';
-- Name: COLUMN run_details.changes; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.changes IS 'What was changed against the origin; NULL for a plain reproduction.';
-- Name: COLUMN run_details.snapshot; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.snapshot IS 'Everything needed to build the run again, and what could not be captured.';
-- Name: COLUMN run_details.environment; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.environment IS 'Versions, platform, host.';
-- Name: COLUMN run_details.config_hash; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.config_hash IS 'Identity of the configuration, 64 hexadecimal digits.';
-- Name: COLUMN run_details.record_digest; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.record_digest IS 'Digest of the whole record, 64 hexadecimal digits.';
-- Name: COLUMN run_details.recorded_at; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.recorded_at IS 'When the run was recorded.';
-- Name: COLUMN run_details.replaced_interrupted_at; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.replaced_interrupted_at IS 'If this run was first recorded as interrupted: when that had been recorded.';
-- Name: COLUMN run_details.tags; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.tags IS 'The tags that the run has now, in alphabetical order.';
-- Name: COLUMN run_details.annotations; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_details.annotations IS 'Notes, and tags added and removed, oldest first: [{annotated_at, kind, content}], of kind note, tag or untag.';
-- Name: run_summary; Type: TYPE; Schema: btsql; Owner: -
CREATE TYPE btsql.run_summary AS (
	run_id uuid,
	short_id text,
	started_at timestamp with time zone,
	duration_seconds numeric,
	status text,
	strategy_type text,
	strategy_name text,
	instruments text[],
	data_start timestamp with time zone,
	data_end timestamp with time zone,
	initial_capital numeric,
	currency text,
	total_return double precision,
	sharpe_ratio double precision,
	max_drawdown double precision,
	total_trades integer,
	error_type text,
	parameters jsonb,
	sort_value double precision
);
-- Name: TYPE run_summary; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TYPE btsql.run_summary IS 'A run in a listing (see list_runs).';
-- Name: COLUMN run_summary.run_id; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_summary.run_id IS 'Id of the run.';
-- Name: COLUMN run_summary.short_id; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_summary.short_id IS 'First digits of the last group of the run id, as many as are needed to tell the rows apart, at least 8.';
-- Name: COLUMN run_summary.started_at; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_summary.started_at IS 'When the execution began.';
-- Name: COLUMN run_summary.duration_seconds; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_summary.duration_seconds IS 'Wall time, in seconds.';
-- Name: COLUMN run_summary.status; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_summary.status IS 'success, failure or interrupted.';
-- Name: COLUMN run_summary.strategy_type; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_summary.strategy_type IS 'The kind of strategy.';
-- Name: COLUMN run_summary.strategy_name; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_summary.strategy_name IS 'The user''s label, by default the type.';
-- Name: COLUMN run_summary.instruments; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_summary.instruments IS 'Instrument ids.';
-- Name: COLUMN run_summary.data_start; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_summary.data_start IS 'First instant of the data that was requested.';
-- Name: COLUMN run_summary.data_end; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_summary.data_end IS 'Last instant of the data that was requested.';
-- Name: COLUMN run_summary.initial_capital; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_summary.initial_capital IS 'Opening balance; in currency.';
-- Name: COLUMN run_summary.currency; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_summary.currency IS 'Currency code of the run''s money.';
-- Name: COLUMN run_summary.total_return; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_summary.total_return IS 'Final equity / opening balance - 1; a fraction.';
-- Name: COLUMN run_summary.sharpe_ratio; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_summary.sharpe_ratio IS 'Annualised Sharpe ratio of daily returns; a ratio.';
-- Name: COLUMN run_summary.max_drawdown; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_summary.max_drawdown IS 'Deepest fall of daily equity from its maximum; a fraction, zero or negative.';
-- Name: COLUMN run_summary.total_trades; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_summary.total_trades IS 'Finished trades; a count.';
-- Name: COLUMN run_summary.error_type; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_summary.error_type IS 'Class of the exception that ended the run.';
-- Name: COLUMN run_summary.parameters; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_summary.parameters IS 'The parameters of the run.';
-- Name: COLUMN run_summary.sort_value; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_summary.sort_value IS 'The metric that the listing is sorted by: a fraction, a ratio, a count or money in currency; NULL when sorted by started_at.';
-- Name: add_note(text, text); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.add_note(reference text, note text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
DECLARE
    found_id CONSTANT uuid := find_run(add_note.reference);
BEGIN
    IF coalesce(add_note.note, '') !~ '[^[:space:]]' THEN
        RAISE EXCEPTION 'the note for run % is empty', found_id
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Say something about the run.';
    END IF;
    -- So that it is not deleted meanwhile.
    PERFORM run.run_id FROM backtest_run AS run WHERE run.run_id = found_id FOR KEY SHARE;
    IF NOT FOUND THEN
        PERFORM find_run(found_id::text);
    END IF;
    INSERT INTO run_annotation (run_id, kind, content)
    VALUES (found_id, 'note', add_note.note);
    RETURN found_id;
END;
$$;
-- Name: FUNCTION add_note(reference text, note text); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.add_note(reference text, note text) IS 'Adds a note to a run, beside its record, and returns the run''s id. reference: see find_run and what it raises. Raises invalid_parameter_value for an empty note.';
-- Name: best_runs(text, text, text, text, timestamp with time zone, timestamp with time zone, jsonb, jsonb, text[], integer); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.best_runs(metric text, strategy_type text DEFAULT NULL::text, strategy_name text DEFAULT NULL::text, instrument text DEFAULT NULL::text, since timestamp with time zone DEFAULT NULL::timestamp with time zone, until timestamp with time zone DEFAULT NULL::timestamp with time zone, parameters jsonb DEFAULT NULL::jsonb, metrics jsonb DEFAULT NULL::jsonb, tags text[] DEFAULT NULL::text[], result_limit integer DEFAULT 20) RETURNS SETOF btsql.ranked_run
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    SET extra_float_digits TO '1'
    AS $$
DECLARE
    better text;
    page   uuid[];
    digits integer;
BEGIN
    PERFORM check_metric(best_runs.metric);
    SELECT defined.better INTO better FROM metric_definition() AS defined WHERE defined.metric = best_runs.metric;
    IF better IS NULL THEN
        RAISE EXCEPTION 'metric "%" cannot be ranked: neither direction is better', best_runs.metric
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Sort by it with list_runs(sort_by => ...).';
    END IF;
    page := matching_runs(
        best_runs.strategy_name, best_runs.strategy_type, best_runs.instrument, 'success', best_runs.since,
        best_runs.until, NULL, NULL, best_runs.parameters, best_runs.metrics, best_runs.tags, best_runs.metric,
        better = 'higher', best_runs.result_limit, NULL, only_measured => true);
    digits := short_id_digits(page);
    RETURN QUERY
    SELECT listed.place, run.run_id, left(short_id(run.run_id), digits),
           (document.metrics ->> best_runs.metric)::double precision, run.strategy_name, run.instruments, run.data_start,
           run.data_end, run.currency, run.parameters, measured.total_return, measured.sharpe_ratio, measured.max_drawdown,
           measured.total_trades, document.metrics
      FROM unnest(page) WITH ORDINALITY AS listed (run_id, place)
      JOIN backtest_run AS run ON run.run_id = listed.run_id
      JOIN performance_metrics AS measured ON measured.run_id = run.run_id
     CROSS JOIN LATERAL (
         SELECT to_jsonb(measured) - '{run_id,strategy_type,status,recorded_at}'::text[] AS metrics
         OFFSET 0) AS document  -- made once for each run, not once for each use
     ORDER BY listed.place;
END;
$$;
-- Name: FUNCTION best_runs(metric text, strategy_type text, strategy_name text, instrument text, since timestamp with time zone, until timestamp with time zone, parameters jsonb, metrics jsonb, tags text[], result_limit integer); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.best_runs(metric text, strategy_type text, strategy_name text, instrument text, since timestamp with time zone, until timestamp with time zone, parameters jsonb, metrics jsonb, tags text[], result_limit integer) IS 'The best runs by a metric, best first, with the parameters of each. Lower is better for volatility, higher for every other metric (a drawdown is negative); of equal values the newest comes first, for volatility the oldest. Runs without the metric are not ranked. The filters are those of list_runs. Raises invalid_parameter_value, also for a count: more trades are neither better nor worse.';
-- Name: canonical_text(jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.canonical_text(document jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
 SELECT regexp_replace((document)::text, '("(?:[^"\\]|\\.)*")|(\.[0-9]*[1-9])0+(?![0-9])|\.0+(?![0-9])'::text, '\1\2'::text, 'g'::text) AS regexp_replace;
END;
-- Name: FUNCTION canonical_text(document jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.canonical_text(document jsonb) IS 'The canonical text of a JSON value: equal values give the same text however they were written (10, 10.0 and 1e1; any order of keys), different values never do ("10" and 10, null and absent). config_hash and the record digest are made of it.';
-- Name: changed_runs(uuid, uuid); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.changed_runs(first_id uuid, last_id uuid) RETURNS TABLE(run_id uuid, started_at timestamp with time zone, recorded_at timestamp with time zone)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    SET extra_float_digits TO '1'
    AS $$
BEGIN
    RETURN QUERY
    SELECT run.run_id, run.started_at, run.recorded_at
      FROM backtest_run AS run
      LEFT JOIN performance_metrics AS metrics ON metrics.run_id = run.run_id
      LEFT JOIN (SELECT refused.run_id, min(refused.recorded_at) AS first_time, max(refused.recorded_at) AS last_time,
                        jsonb_object_agg(refused.metric, jsonb_build_object(
                            'reported_value', refused.reported_value, 'reason', refused.reason)) AS document
                   FROM rejected_metric AS refused
                  WHERE refused.run_id BETWEEN changed_runs.first_id AND changed_runs.last_id
                  GROUP BY refused.run_id) AS rejected ON rejected.run_id = run.run_id
      LEFT JOIN (SELECT parameter.run_id,
                        jsonb_agg(jsonb_build_object('name', parameter.name, 'value', parameter.value)) AS entries
                   FROM run_parameter AS parameter
                  WHERE parameter.run_id BETWEEN changed_runs.first_id AND changed_runs.last_id
                  GROUP BY parameter.run_id) AS indexed ON indexed.run_id = run.run_id
     WHERE run.run_id BETWEEN changed_runs.first_id AND changed_runs.last_id
       -- Converted through JSON: on a Citus shard a row has the type of the shard's own table.
       AND (run.record_digest <> record_digest(
                jsonb_populate_record(NULL::backtest_run, to_jsonb(run)),
                CASE WHEN metrics.run_id IS NOT NULL
                     THEN jsonb_populate_record(NULL::performance_metrics, to_jsonb(metrics)) END,
                rejected.document)
            OR run.config_hash <> run_config_hash(run.strategy_path, run.parameters)
            OR run.replaced_interrupted_at > run.recorded_at
            OR metrics.status <> run.status
            OR metrics.strategy_type <> run.strategy_type
            OR metrics.recorded_at <> run.recorded_at
            OR rejected.first_time <> run.recorded_at
            OR rejected.last_time <> run.recorded_at
            -- An extra row in the search index is harmless; a missing row hides the run from searches.
            OR NOT coalesce(indexed.entries, '[]') @> searchable_parameters(run.parameters))
     ORDER BY run.run_id DESC;
END;
$$;
-- Name: FUNCTION changed_runs(first_id uuid, last_id uuid); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.changed_runs(first_id uuid, last_id uuid) IS 'The runs from one id to another, both included, that no longer match what was recorded, newest first: the digest or the configuration hash no longer fits; child rows carry another status, strategy type or time than their run; the run says that it replaced an interrupted run which was recorded after it; or the search index lacks a parameter.';
-- Name: check_identity(jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.check_identity(config jsonb) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
DECLARE
    wrong CONSTANT text := (
        SELECT needed.key
          FROM (VALUES ('strategy_path', 'string'), ('parameters', 'object'), ('instruments', 'array'),
                       ('data_start', 'string'), ('data_end', 'string')) AS needed (key, type)
         WHERE jsonb_typeof(check_identity.config -> needed.key) IS DISTINCT FROM needed.type
         LIMIT 1);
BEGIN
    IF wrong IS NOT NULL OR check_identity.config IS NULL THEN
        RAISE EXCEPTION 'key "%" of the configuration is missing or of a wrong type', coalesce(wrong, 'strategy_path')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give strategy_path, parameters, instruments, data_start and data_end as a record has them, or '
                         'run_identity(''@'') for those of a recorded run. A run without recorded dates cannot be '
                         'compared.';
    END IF;
END;
$$;
-- Name: FUNCTION check_identity(config jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.check_identity(config jsonb) IS 'Raises invalid_parameter_value unless the document has all keys that identify a configuration and its data.';
-- Name: check_json(jsonb, text); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.check_json(document jsonb, name text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $_$
DECLARE
    fault CONSTANT text := CASE
        WHEN jsonb_path_exists(check_json.document, 'strict $.**{200}', silent => true)
            THEN 'is nested more than 200 levels deep'
        WHEN jsonb_path_exists(
                 check_json.document,
                 'strict $.** ? (@.type() == "number" && (@ >= 1e4300 || @ <= -1e4300))', silent => true)
            THEN 'has a number of more than 4,300 digits'
        END;
BEGIN
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION '% %', check_json.name, fault
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give it as a text.';
    END IF;
END;
$_$;
-- Name: FUNCTION check_json(document jsonb, name text); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.check_json(document jsonb, name text) IS 'Raises invalid_parameter_value, which begins with name, unless what reads JSON elsewhere can read the document: no more than 200 levels, of which a scalar is one, and no number of more than 4,300 digits.';
-- Name: check_keys(jsonb, text, text); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.check_keys(document jsonb, part text, status text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
DECLARE
    fault record;
BEGIN
    SELECT coalesce(known.key, given.key) AS key,
           known.key IS NULL AS is_unknown,
           given.key IS NULL AS is_missing,
           jsonb_typeof(given.value) AS given_type,
           known.types
      INTO fault
      FROM (SELECT defined.key, defined.types, check_keys.status = ANY (defined.required_for) AS is_required
              FROM record_key() AS defined
             WHERE defined.part = check_keys.part) AS known
      FULL JOIN jsonb_each(check_keys.document) AS given ON given.key = known.key
     WHERE known.key IS NULL
        OR (given.key IS NULL AND known.is_required)
        OR (given.value = 'null' AND known.is_required)
        OR (given.value <> 'null' AND NOT jsonb_typeof(given.value) = ANY (known.types))
     ORDER BY known.key IS NOT NULL, given.key IS NOT NULL, 1
     LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    ELSIF fault.is_unknown THEN
        RAISE EXCEPTION 'unknown key "%" in the %', fault.key, check_keys.part
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Known keys: ' || (SELECT string_agg(defined.key, ', ')
                                              FROM record_key() AS defined
                                             WHERE defined.part = check_keys.part) || '.';
    ELSIF fault.is_missing THEN
        RAISE EXCEPTION 'missing key "%" in the % of a run with status %', fault.key, check_keys.part, check_keys.status
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = format('Give it as a JSON %s.', array_to_string(fault.types, ' or '));
    ELSE
        RAISE EXCEPTION 'key "%" of the % must be a JSON %, not %',
            fault.key, check_keys.part, array_to_string(fault.types, ' or '), fault.given_type
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
END;
$$;
-- Name: FUNCTION check_keys(document jsonb, part text, status text); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.check_keys(document jsonb, part text, status text) IS 'Checks one part of a record document (record or error) against record_key(). Raises invalid_parameter_value that names the key when one is unknown, missing for this status, or of a wrong JSON type.';
-- Name: check_limit(integer); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.check_limit(result_limit integer) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
BEGIN
    IF check_limit.result_limit IS NULL OR check_limit.result_limit NOT BETWEEN 1 AND 1000 THEN
        RAISE EXCEPTION 'result_limit is %, not 1 to 1000', coalesce(check_limit.result_limit::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Ask for at most 1000 rows at once.';
    END IF;
END;
$$;
-- Name: FUNCTION check_limit(result_limit integer); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.check_limit(result_limit integer) IS 'Raises invalid_parameter_value unless the limit is a number of rows from 1 to 1000.';
-- Name: check_metric(text); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.check_metric(metric text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
BEGIN
    IF check_metric.metric IS NULL
       OR NOT EXISTS (SELECT FROM metric_definition() AS defined WHERE defined.metric = check_metric.metric) THEN
        RAISE EXCEPTION 'there is no metric "%"', coalesce(left(check_metric.metric, 100), 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'The metrics: ' || (SELECT string_agg(defined.metric, ', ')
                                               FROM metric_definition() AS defined) || '.';
    END IF;
END;
$$;
-- Name: FUNCTION check_metric(metric text); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.check_metric(metric text) IS 'Raises invalid_parameter_value, with a hint that lists the metrics, unless the name is one of them.';
-- Name: check_record(jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.check_record(record jsonb) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $_$
DECLARE
    status CONSTANT text := check_record.record ->> 'status';
    fault  record;
BEGIN
    IF jsonb_typeof(check_record.record) IS DISTINCT FROM 'object' THEN
        RAISE EXCEPTION 'a record must be a JSON object, not %',
            coalesce(jsonb_typeof(check_record.record), 'SQL NULL')
            USING ERRCODE = 'invalid_parameter_value';
    ELSIF status IS NULL OR status NOT IN ('success', 'failure', 'interrupted') THEN
        RAISE EXCEPTION 'key "status" of the record is %, not success, failure or interrupted',
            coalesce(quote_literal(status), 'missing')
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM check_keys(check_record.record, 'record', status);
    IF check_record.record -> 'error' <> 'null' THEN
        PERFORM check_keys(check_record.record -> 'error', 'error', status);
    END IF;
    -- A metric of any size is judged, and rejected with its value if need be.
    PERFORM check_json(given.value, format('key "%s" of the record', given.key))
       FROM jsonb_each(check_record.record - 'metrics') AS given;
    -- strict: a lax path would look for texts inside nested arrays. silent: absent and null are no arrays.
    IF jsonb_path_exists(check_record.record -> 'instruments', 'strict $[*] ? (@.type() != "string")', silent => true) THEN
        RAISE EXCEPTION 'key "instruments" of the record must hold texts only'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF status <> 'success'
       AND (check_record.record -> 'metrics' <> 'null' OR check_record.record -> 'undefined_metrics' <> 'null') THEN
        RAISE EXCEPTION 'key "%" belongs to a success only, and this run is recorded as %',
            CASE WHEN check_record.record -> 'metrics' <> 'null' THEN 'metrics' ELSE 'undefined_metrics' END, status
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT given.part, given.key, given.value, defined.metric IS NULL AS is_unknown
      INTO fault
      FROM (SELECT 'metrics' AS part, metric.key, metric.value
              FROM jsonb_each(nullif(check_record.record -> 'metrics', 'null')) AS metric
             UNION ALL
            SELECT 'undefined_metrics', reason.key, reason.value
              FROM jsonb_each(nullif(check_record.record -> 'undefined_metrics', 'null')) AS reason) AS given
      LEFT JOIN metric_definition() AS defined ON defined.metric = given.key
     WHERE defined.metric IS NULL
        OR (given.part = 'metrics'
            AND jsonb_typeof(given.value) NOT IN ('number', 'null')
            AND given.value NOT IN ('"NaN"', '"Infinity"', '"-Infinity"'))
        OR (given.part = 'undefined_metrics'
            AND (jsonb_typeof(given.value) <> 'string'
                 OR coalesce(check_record.record -> 'metrics' -> given.key, 'null') <> 'null'))
     ORDER BY given.part, given.key
     LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    ELSIF fault.is_unknown THEN
        RAISE EXCEPTION 'unknown key "%" in the %', fault.key, fault.part
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Known metrics: ' || (SELECT string_agg(defined.metric, ', ')
                                                 FROM metric_definition() AS defined) || '.';
    ELSIF fault.part = 'metrics' THEN
        RAISE EXCEPTION 'key "%" of the metrics must be a number, null, NaN, Infinity or -Infinity, not %',
            fault.key, left(fault.value::text, 100)
            USING ERRCODE = 'invalid_parameter_value';
    ELSE
        RAISE EXCEPTION 'key "%" of the undefined_metrics must be a text, for a metric that has no value', fault.key
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
END;
$_$;
-- Name: FUNCTION check_record(record jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.check_record(record jsonb) IS 'Checks the form of a record document (format 1) before anything is stored. Raises invalid_parameter_value that names the key. Which values are allowed is checked later, by the constraints of the tables.';
-- Name: check_run(text); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.check_run(reference text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
DECLARE
    found_id CONSTANT uuid := find_run(check_run.reference);
BEGIN
    RETURN NOT EXISTS (SELECT FROM changed_runs(found_id, found_id));
END;
$$;
-- Name: FUNCTION check_run(reference text); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.check_run(reference text) IS 'Whether a run still matches what was recorded: true when the digest computed again from its rows is the stored one, and the copies that the database keeps beside the record (in child rows and the search index) agree with it. It shows a careless change made around the triggers; it does not stop a superuser, who can write a new digest too. Not covered, because it is stored nowhere else: recorded_at of a run without metrics, and that an interrupted run was replaced. reference: see find_run and what it raises.';
-- Name: check_runs(); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.check_runs() RETURNS TABLE(run_id uuid, started_at timestamp with time zone, recorded_at timestamp with time zone)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
BEGIN
    RETURN QUERY
    SELECT changed.run_id, changed.started_at, changed.recorded_at
      FROM changed_runs('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff') AS changed;
END;
$$;
-- Name: FUNCTION check_runs(); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.check_runs() IS 'The runs that no longer match what was recorded (see check_run), newest first; no rows when all match. Reads every run.';
-- Name: check_sort_key(text); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.check_sort_key(sort_by text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
BEGIN
    IF check_sort_key.sort_by IS DISTINCT FROM 'started_at'
       AND NOT EXISTS (SELECT FROM metric_definition() AS defined WHERE defined.metric = check_sort_key.sort_by) THEN
        RAISE EXCEPTION 'runs cannot be sorted by "%"', coalesce(left(check_sort_key.sort_by, 100), 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Sort by started_at, or by a metric: ' || (SELECT string_agg(defined.metric, ', ')
                                                                      FROM metric_definition() AS defined) || '.';
    END IF;
END;
$$;
-- Name: FUNCTION check_sort_key(sort_by text); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.check_sort_key(sort_by text) IS 'Raises invalid_parameter_value, with a hint that lists the choices, unless the key is started_at or a metric.';
-- Name: comparable_value(jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.comparable_value(value jsonb) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
 SELECT
         CASE jsonb_typeof(value)
             WHEN 'null'::text THEN NULL::text
             WHEN 'number'::text THEN (trim_scale(
             CASE
                 WHEN (abs((value)::numeric) >= (100000)::numeric) THEN round((value)::numeric)
                 ELSE (to_char((value)::numeric, '9.99999EEEE'::text))::numeric
             END))::text
             ELSE (value #>> '{}'::text[])
         END AS "case";
END;
-- Name: FUNCTION comparable_value(value jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.comparable_value(value jsonb) IS 'A JSON value as comparisons show it: a number with six significant digits, from 100,000 on as a whole number; a text unchanged.';
-- Name: compared_fields(text[]); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.compared_fields("references" text[]) RETURNS TABLE(section text, field text, run_values text[], exact_values jsonb, differs boolean, best text)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    SET extra_float_digits TO '1'
    SET jit TO 'off'
    AS $_$
DECLARE
    wanted    CONSTANT integer := coalesce(cardinality(compared_fields."references"), 0);
    minute    CONSTANT text := 'YYYY-MM-DD HH24:MI';
    exactly   CONSTANT text := 'YYYY-MM-DD HH24:MI:SS.US';
    runs      jsonb[];
    found_ids uuid[] := ARRAY[]::uuid[];
    digits    integer;
    ids       text[];
    reference text;
BEGIN
    IF wanted NOT BETWEEN 2 AND 10 THEN
        RAISE EXCEPTION 'compare_runs() takes 2 to 10 runs, not %', wanted
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Write compare_runs(''@~1'', ''@'').';
    END IF;
    FOREACH reference IN ARRAY compared_fields."references" LOOP
        found_ids := found_ids || find_run(reference);
    END LOOP;
    digits := short_id_digits(ARRAY(SELECT DISTINCT unnest(found_ids)));
    runs := ARRAY(
        SELECT coalesce(to_jsonb(metrics), '{}') || jsonb_build_object(
                   'run', left(short_id(run.run_id), digits), 'status', run.status, 'strategy_type', run.strategy_type,
                   'strategy_name', run.strategy_name,
                   -- The order of the instruments does not matter.
                   'instruments', (SELECT jsonb_agg(DISTINCT instrument) FROM unnest(run.instruments) AS instrument),
                   'data_start', run.data_start, 'data_end', run.data_end, 'started_at', run.started_at,
                   'initial_capital', run.initial_capital, 'currency', run.currency,
                   'data_source', run.data_source || coalesce(':' || located.place, ''), 'data_place', located.place,
                   'data_fingerprint', run.environment -> 'data_fingerprint',
                   'data_digests', nullif(jsonb_path_query_array(run.snapshot, '$.data[*].sha256'), '[]'),
                   'data', jsonb_build_object(
                       'environment', jsonb_build_object(
                           'data_fingerprint', run.environment -> 'data_fingerprint',
                           'data_fingerprint_covers', run.environment -> 'data_fingerprint_covers'),
                       'snapshot', jsonb_build_object('data', run.snapshot -> 'data')),
                   'strategy_source', run.environment -> 'source_digest',
                   'engine_version', run.environment -> 'nautilus_trader', 'duration_seconds', run.duration_seconds,
                   'parameters', run.parameters,
                   'built', jsonb_build_object(
                       -- They say whose definitions count.
                       'instruments', CASE WHEN run.snapshot ? 'instruments' THEN to_jsonb(run.instruments) END,
                       'snapshot', jsonb_build_object(
                           'venues', run.snapshot -> 'venues', 'instruments', run.snapshot -> 'instruments',
                           'engine', run.snapshot -> 'engine', 'actors', run.snapshot -> 'actors',
                           'exec_algorithms', run.snapshot -> 'exec_algorithms')),
                   'shown', jsonb_build_object(
                       'instruments', array_to_string(run.instruments, ' '),
                       'strategy_source', left(regexp_replace(run.environment ->> 'source_digest', '^sha256:', ''), 12),
                       'data_start', regexp_replace(rtrim(rtrim(to_char(run.data_start, exactly), '0'), '.'), ':00$', ''),
                       'data_end', regexp_replace(rtrim(rtrim(to_char(run.data_end, exactly), '0'), '.'), ':00$', ''),
                       'started_at', to_char(run.started_at, minute)))
          FROM unnest(found_ids) WITH ORDINALITY AS found (run_id, place)
          JOIN backtest_run AS run ON run.run_id = found.run_id
          LEFT JOIN performance_metrics AS metrics ON metrics.run_id = run.run_id
         CROSS JOIN LATERAL (
             SELECT string_agg(DISTINCT coalesce(item ->> 'path', item ->> 'catalog_path', item ->> 'seed'), ' ') AS place
               FROM jsonb_path_query(run.snapshot, '$.data[*]') AS item) AS located
         ORDER BY found.place);
    ids := ARRAY(SELECT run ->> 'run' FROM unnest(runs) AS run);
    RETURN QUERY
    WITH plain AS (
        SELECT fact.rank, fact.field, fact.matters
          FROM (VALUES (1, 'run', false), (2, 'status', true), (3, 'strategy_type', false),
                       (4, 'strategy_name', false), (5, 'instruments', true), (6, 'data_start', true),
                       (7, 'data_end', true), (8, 'initial_capital', true), (9, 'currency', true),
                       (10, 'data_source', false), (11, 'strategy_source', false), (12, 'engine_version', true),
                       (13, 'started_at', false), (14, 'duration_seconds', false)) AS fact (rank, field, matters)),
    cells AS (
        SELECT 1 AS part, 'run' AS section, plain.rank, plain.field, run.place,
               coalesce(run.document -> plain.field, 'null') AS value,
               coalesce(run.document -> 'shown' -> plain.field, run.document -> plain.field) AS shown,
               plain.matters, NULL::text AS better
          FROM plain
         CROSS JOIN unnest(runs) WITH ORDINALITY AS run (document, place)
         UNION ALL
        -- A parameter that is null differs from one that is absent, as in config_hash().
        SELECT 2, 'parameter', 0, name.key, run.place, run.document -> 'parameters' -> name.key,
               CASE run.document -> 'parameters' -> name.key
                   WHEN 'null' THEN '"null"'
                   ELSE run.document -> 'parameters' -> name.key
               END, false, NULL
          FROM (SELECT DISTINCT jsonb_object_keys(document -> 'parameters') AS key FROM unnest(runs) AS document) AS name
         CROSS JOIN unnest(runs) WITH ORDINALITY AS run (document, place)
         UNION ALL
        SELECT 3, 'metric', defined.rank, defined.metric, run.place, coalesce(run.document -> defined.metric, 'null'),
               run.document -> defined.metric, false, defined.better
          FROM metric_definition() WITH ORDINALITY AS defined (metric, unit, lowest, highest, better, rank)
         CROSS JOIN unnest(runs) WITH ORDINALITY AS run (document, place)),
    fields AS (
        SELECT cells.part, cells.section, cells.rank, cells.field, bool_or(cells.matters) AS matters,
               array_agg(comparable_value(cells.shown) ORDER BY cells.place) AS run_values,
               count(DISTINCT cells.value) + bool_or(cells.value IS NULL)::integer > 1 AS differs,
               count(DISTINCT nullif(cells.value, 'null')) > 1 AS is_known_to_differ,
               CASE min(cells.better)
                   WHEN 'higher' THEN max(btsql.number_or_null(cells.value))
                   WHEN 'lower' THEN min(btsql.number_or_null(cells.value))
               END AS best_value,
               array_agg(cells.value ORDER BY cells.place) AS exact_values
          FROM cells
         GROUP BY cells.part, cells.section, cells.rank, cells.field),
    -- Where fingerprints leave it open, other files are other data; without a fingerprint, another place is.
    other_data AS (
        SELECT CASE WHEN count(DISTINCT run.document ->> 'data_source') > 1
                    THEN array_agg(run.document ->> 'data_source' ORDER BY run.place)
                    WHEN count(DISTINCT run.document ->> 'data_fingerprint') > 1
                    THEN array_agg(left(run.document ->> 'data_fingerprint', 12) ORDER BY run.place)
                    ELSE array_agg(coalesce(own.digests, left(run.document -> 'data_digests' ->> 0, 12)) ORDER BY run.place)
               END AS told
          FROM unnest(runs) WITH ORDINALITY AS run (document, place)
         CROSS JOIN LATERAL (SELECT is_same_data(runs[1] -> 'data', run.document -> 'data') AS is_same) AS first_run
         CROSS JOIN LATERAL (
             SELECT string_agg(left(digest.value #>> '{}', 12), ' ' ORDER BY digest.place) AS digests
               FROM jsonb_path_query(run.document, '$.data_digests[*]') WITH ORDINALITY AS digest (value, place)
              WHERE (SELECT count(*) FROM unnest(runs) AS each WHERE each -> 'data_digests' @> digest.value) < wanted) AS own
        HAVING count(DISTINCT run.document ->> 'data_fingerprint') > 1
            OR (bool_or(first_run.is_same IS NULL)
                AND (count(DISTINCT run.document ->> 'data_digests') > 1
                     OR (count(run.document ->> 'data_fingerprint') < wanted
                         AND count(DISTINCT run.document ->> 'data_place') > 1)))),
    -- Of runs that were built alike to the letter there is nothing to find.
    surroundings AS MATERIALIZED (
        SELECT run.place, surroundings_of(run.document -> 'built') AS parts
          FROM unnest(runs) WITH ORDINALITY AS run (document, place)
         WHERE (SELECT count(DISTINCT document -> 'built') > 1 FROM unnest(runs) AS document)),
    -- What the runs were built of, where all of them have it: for each part that differs, the settings that differ.
    built_otherwise AS (
        SELECT part.rank, part.name
          FROM (VALUES (20, 'venues'), (21, 'instrument_definitions'), (22, 'engine_settings'), (23, 'actors'),
                       (24, 'exec_algorithms')) AS part (rank, name)
         CROSS JOIN surroundings
         GROUP BY part.rank, part.name
        HAVING count(DISTINCT surroundings.parts -> part.name) > 1 AND count(surroundings.parts -> part.name) = wanted),
    -- MATERIALIZED, as the planner takes these few rows for millions.
    settings AS MATERIALIZED (
        SELECT part.rank, part.name, run.place, leaf.key AS path, leaf.value
          FROM built_otherwise AS part
         CROSS JOIN surroundings AS run
         CROSS JOIN jsonb_each(json_leaves(
             CASE jsonb_typeof(run.parts -> part.name)
                 WHEN 'object' THEN run.parts -> part.name
                 ELSE (SELECT jsonb_object_agg(
                                  coalesce(item.value ->> 'venue', item.value ->> 'id', item.place::text), item.value)
                         FROM jsonb_path_query(run.parts -> part.name, '$[*]') WITH ORDINALITY AS item (value, place))
             END)) AS leaf),
    differing AS MATERIALIZED (
        SELECT settings.name, settings.path
          FROM settings
         GROUP BY settings.name, settings.path
        HAVING count(*) < wanted OR count(DISTINCT settings.value) > 1),
    differing_settings AS MATERIALIZED (
        SELECT settings.rank, settings.name, settings.place, jsonb_object_agg(settings.path, settings.value)::text AS told
          FROM settings
          JOIN differing ON differing.name = settings.name AND differing.path = settings.path
         GROUP BY settings.rank, settings.name, settings.place),
    other_settings AS (
        SELECT part.rank, part.name, array_agg(own.told ORDER BY run.place) AS told
          FROM built_otherwise AS part
         CROSS JOIN generate_series(1, wanted) AS run (place)
          LEFT JOIN differing_settings AS own ON own.name = part.name AND own.place = run.place
         GROUP BY part.rank, part.name
        HAVING count(own.told) > 0)
    -- What makes runs hard to compare comes first, and appears again in its usual place.
    SELECT ordered.section, ordered.field, ordered.run_values, to_jsonb(ordered.exact_values), ordered.differs, ordered.best
      FROM (SELECT 0 AS part, fields.rank, 'caution' AS section, 'other ' || fields.field AS field, fields.run_values,
                   fields.exact_values, true AS differs, NULL AS best
              FROM fields
             WHERE fields.matters AND fields.is_known_to_differ
             UNION ALL
            SELECT 0, 0, 'caution', 'other market data', other_data.told, NULL, true, NULL
              FROM other_data
             WHERE NOT EXISTS (SELECT FROM fields
                                WHERE fields.part = 1 AND fields.differs
                                  AND fields.field IN ('instruments', 'data_start', 'data_end'))
             UNION ALL
            SELECT 0, other_settings.rank, 'caution', 'other ' || replace(other_settings.name, '_', ' '), other_settings.told,
                   NULL, true, NULL
              FROM other_settings
             -- Other instruments have other definitions, and may have other venues.
             WHERE other_settings.name NOT IN ('venues', 'instrument_definitions')
                OR NOT EXISTS (SELECT FROM fields WHERE fields.part = 1 AND fields.differs AND fields.field = 'instruments')
             UNION ALL
            SELECT fields.part, fields.rank, fields.section, fields.field, fields.run_values, fields.exact_values,
                   fields.differs,
                   (SELECT CASE WHEN count(*) = wanted THEN 'all' ELSE string_agg(ids[exact.place], ', ' ORDER BY exact.place) END
                      FROM unnest(fields.exact_values) WITH ORDINALITY AS exact (value, place)
                     WHERE btsql.number_or_null(exact.value) = fields.best_value)
              FROM fields) AS ordered
     ORDER BY ordered.part, ordered.rank, ordered.field;
END;
$_$;
-- Name: FUNCTION compared_fields("references" text[]); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.compared_fields("references" text[]) IS 'The rows of compare_runs(), which describes them, with the exact values of each field as a JSON array in the same order: times as ISO 8601 texts in UTC. NULL for a caution that is about more than one field.';
-- Name: compare_runs(text[]); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.compare_runs(VARIADIC "references" text[]) RETURNS TABLE(section text, field text, run_values text[], differs boolean, best text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT compared.section,
     compared.field,
     compared.run_values,
     compared.differs,
     compared.best
    FROM btsql.compared_fields(compare_runs."references") compared(section, field, run_values, exact_values, differs, best);
END;
-- Name: FUNCTION compare_runs(VARIADIC "references" text[]); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.compare_runs(VARIADIC "references" text[]) IS 'Compares 2 to 10 runs of any strategies, instruments and periods, one row for each field. section: caution, run, parameter or metric. run_values: the values in the order of the references: numbers to six significant digits; fractions, ratios and money as in performance_metrics; times in UTC; NULL for a parameter that the run does not have, ''null'' for one that is null. differs: whether the exact values differ. best: for a metric, the short id of the best run, several when they tie, all when all tie; a run without a value is never best. data_source includes the path or seed; strategy_source is the start of a digest. The caution rows come first and name what makes the runs hard to compare, where it is known of the runs that differ. ''other market data'' means that instruments and dates are the same, but the data is not (see is_same_data) or, where that is not known, the digests of its files differ or, without a fingerprint, its path or seed; ''other venues'' and similar rows show the settings that differ. references: see find_run and what it raises. Raises invalid_parameter_value for fewer or more runs.';
-- Name: config_hash(jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.config_hash(document jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
 SELECT encode(sha256(convert_to(btsql.canonical_text(document), 'UTF8'::name)), 'hex'::text) AS encode;
END;
-- Name: FUNCTION config_hash(document jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.config_hash(document jsonb) IS 'SHA-256 of a JSON value''s canonical text, as 64 hexadecimal digits. backtest_run.config_hash is this hash of {"strategy_path": ..., "parameters": ...}.';
-- Name: count_runs(); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.count_runs() RETURNS TABLE(status text, runs bigint)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
BEGIN
    RETURN QUERY
    SELECT run.status, count(*)
      FROM backtest_run AS run
     GROUP BY run.status
     ORDER BY run.status;
END;
$$;
-- Name: FUNCTION count_runs(); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.count_runs() IS 'How many runs are recorded, for each status that occurs; counts.';
-- Name: criteria_of(jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.criteria_of(document jsonb) RETURNS TABLE(name text, operator text, value jsonb)
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
BEGIN
    IF jsonb_typeof(criteria_of.document) <> 'object' THEN
        RAISE EXCEPTION 'criteria must be a JSON object, not %', jsonb_typeof(criteria_of.document)
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Write {"name": value} or {"name": {">=": 10, "<": 20}}.';
    END IF;
    -- A value that is no object of operators is to be equal.
    RETURN QUERY
    SELECT criterion.key, coalesce(part.key, '='), CASE WHEN part.key IS NULL THEN criterion.value ELSE part.value END
      FROM jsonb_each(criteria_of.document) AS criterion
      LEFT JOIN LATERAL jsonb_each(
               CASE WHEN jsonb_typeof(criterion.value) = 'object' AND criterion.value <> '{}' THEN criterion.value END
           ) AS part ON true
     ORDER BY 1, 2;
END;
$$;
-- Name: FUNCTION criteria_of(document jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.criteria_of(document jsonb) IS 'The single criteria in a JSON object of criteria: {"name": value} asks for equality, {"name": {operator: value, ...}} for other comparisons. Raises invalid_parameter_value.';
-- Name: current_tags(uuid); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.current_tags(run_id uuid) RETURNS text[]
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
BEGIN
    RETURN ARRAY(SELECT latest.content
                   FROM (SELECT DISTINCT ON (annotation.content) annotation.content, annotation.kind
                           FROM run_annotation AS annotation
                          WHERE annotation.run_id = current_tags.run_id
                            AND annotation.kind <> 'note'
                          ORDER BY annotation.content, annotation.annotation_id DESC) AS latest
                  WHERE latest.kind = 'tag'
                  ORDER BY latest.content);
END;
$$;
-- Name: FUNCTION current_tags(run_id uuid); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.current_tags(run_id uuid) IS 'The tags that a run has now, in alphabetical order.';
-- Name: delete_run(text); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.delete_run(reference text) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
DECLARE
    found_id uuid;
BEGIN
    -- What @ means changes with the next run that is recorded; a deletion has to name its run.
    IF delete_run.reference ~ '@' THEN
        RAISE EXCEPTION 'delete_run() takes an id, not "%"', left(delete_run.reference, 100)
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Look the id up with find_run() first.';
    END IF;
    LOOP
        found_id := find_run(delete_run.reference);
        DELETE FROM backtest_run AS run
         WHERE run.run_id = found_id;
        EXIT WHEN FOUND; -- else another session has deleted it meanwhile
    END LOOP;
    RETURN found_id;
END;
$$;
-- Name: FUNCTION delete_run(reference text); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.delete_run(reference text) IS 'Deletes one run with everything that belongs to it and returns its id. Runs that reproduce it keep its id as their origin. reference: an id or an abbreviation, never @. Raises invalid_parameter_value and what find_run raises.';
-- Name: epoch_milliseconds(timestamp with time zone); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.epoch_milliseconds(instant timestamp with time zone) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
 SELECT (floor((EXTRACT(epoch FROM (instant - '1970-01-01 00:00:00+00'::timestamp with time zone)) * (1000)::numeric)))::bigint AS floor;
END;
-- Name: FUNCTION epoch_milliseconds(instant timestamp with time zone); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.epoch_milliseconds(instant timestamp with time zone) IS 'Whole milliseconds from 1970-01-01 00:00 UTC to an instant, rounded down.';
-- Name: find_closest_duplicates(jsonb, integer); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.find_closest_duplicates(config jsonb, result_limit integer DEFAULT 20) RETURNS SETOF btsql.duplicate_run
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
BEGIN
    PERFORM check_limit(find_closest_duplicates.result_limit);
    RETURN QUERY
    -- The closest of a few may be older than the few.
    SELECT found.run_id, found.short_id, found.started_at, found.total_return, found.sharpe_ratio, found.max_drawdown,
           found.differences
      FROM find_duplicates(find_closest_duplicates.config, greatest(find_closest_duplicates.result_limit, 100)) AS found
     ORDER BY found.differences <> '{}',
              found.differences ?| '{data,data_source,data_fingerprint}' AND NOT found.differences ? 'data_not_compared',
              found.run_id DESC
     LIMIT find_closest_duplicates.result_limit;
END;
$$;
-- Name: FUNCTION find_closest_duplicates(config jsonb, result_limit integer); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.find_closest_duplicates(config jsonb, result_limit integer) IS 'What find_duplicates() finds, which describes it, the closest first: runs in which nothing differs, then those not known to be on other data, then the others, each newest first. It looks at the newest 100 or, for a larger result_limit, at so many; runs with the same data fingerprint are among them before others. Raises what find_duplicates() does.';
-- Name: find_duplicates(jsonb, integer); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.find_duplicates(config jsonb, result_limit integer DEFAULT 20) RETURNS SETOF btsql.duplicate_run
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
DECLARE
    wanted_hash        text;
    wanted_instruments text[];
    wanted_start       timestamptz;
    wanted_end         timestamptz;
    own_id             uuid;
    surroundings       jsonb;
    wanted_data        CONSTANT jsonb := jsonb_build_object('environment', config -> 'environment');
    fingerprint        CONSTANT text := config -> 'environment' ->> 'data_fingerprint';
BEGIN
    PERFORM check_limit(find_duplicates.result_limit);
    PERFORM check_identity(find_duplicates.config);
    wanted_hash := run_config_hash(config ->> 'strategy_path', config -> 'parameters');
    wanted_instruments := ARRAY(SELECT jsonb_array_elements_text(config -> 'instruments'));
    wanted_start := time_of(config, 'data_start');
    wanted_end := time_of(config, 'data_end');
    own_id := run_id_of(config, 'run_id');
    surroundings := surroundings_of(config);
    -- Limit first, so that differences are computed only for the rows returned.
    RETURN QUERY
    WITH same AS MATERIALIZED (
        SELECT run.run_id, run.started_at, run.initial_capital, run.currency, run.data_source, run.instruments, run.snapshot,
               run.environment,
               metrics.total_return, metrics.sharpe_ratio, metrics.max_drawdown
          FROM backtest_run AS run
          JOIN performance_metrics AS metrics ON metrics.run_id = run.run_id
         WHERE run.config_hash = wanted_hash
           AND run.status = 'success'
           AND run.instruments @> wanted_instruments
           AND run.instruments <@ wanted_instruments
           -- The very same data may have been asked for by other dates, or by none.
           AND (run.data_start = wanted_start AND run.data_end = wanted_end
                OR run.environment ->> 'data_fingerprint' = fingerprint
                   AND is_same_data(wanted_data, jsonb_build_object('environment', run.environment)))
           AND run.run_id IS DISTINCT FROM own_id
         ORDER BY (run.environment ->> 'data_fingerprint' = fingerprint) IS TRUE DESC, run.run_id DESC
         LIMIT find_duplicates.result_limit)
    SELECT same.run_id, short_id(same.run_id), same.started_at, same.total_return, same.sharpe_ratio, same.max_drawdown,
           differing.named
           || CASE WHEN data.is_same IS NULL
                    AND (differing.named ?| '{data,data_source}'
                         OR surroundings ->> 'data_fingerprint' = same.environment ->> 'data_fingerprint'
                            AND same.environment ? 'data_fingerprint_covers')
                   THEN jsonb_build_object('data_not_compared', jsonb_build_object(
                            'wanted', config -> 'environment' -> 'data_fingerprint_covers',
                            'recorded', same.environment -> 'data_fingerprint_covers'))
                   ELSE '{}' END
      FROM same
     CROSS JOIN LATERAL (SELECT is_same_data(config, to_jsonb(same)) AS is_same) AS data
     CROSS JOIN LATERAL (
         SELECT coalesce(jsonb_object_agg(difference.key, difference.value), '{}') AS named
           FROM jsonb_each(json_differences(surroundings, surroundings_of(to_jsonb(same)))) AS difference
          WHERE difference.value ?& '{wanted,recorded}'
            -- The same data read from another place counts as the same.
            AND NOT (data.is_same IS TRUE AND difference.key IN ('data', 'data_source'))) AS differing
     ORDER BY same.run_id DESC;
END;
$$;
-- Name: FUNCTION find_duplicates(config jsonb, result_limit integer); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.find_duplicates(config jsonb, result_limit integer) IS 'Successful runs of the same configuration on the same instruments and dates, newest first: equal strategy_path, parameters, instruments (in any order), data_start and data_end, or a complete data fingerprint in place of the dates. config holds these keys in the form of a record; the run whose run_id it holds, if any, is left out. The market data itself may differ; of more than result_limit runs those with the same data fingerprint are kept first. differences names what else differs, where both sides have the value: initial_capital, currency, data_source, data (its place), venues, instrument_definitions, engine_settings, actors, exec_algorithms, strategy_source, engine_version, data_fingerprint, random_numbers. Of data that is the same (see is_same_data) source and place are not named. data_not_compared means that it is not known to be the same: the fingerprints are equal, but cover only a sample, or one is missing and source or place differ. For a recorded run: find_duplicates(run_identity(''@'')). Raises invalid_parameter_value, invalid_datetime_format, datetime_field_overflow, invalid_text_representation.';
-- Name: find_near_duplicates(jsonb, integer); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.find_near_duplicates(config jsonb, result_limit integer DEFAULT 20) RETURNS SETOF btsql.duplicate_run
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    SET enable_bitmapscan TO 'off'
    AS $$
DECLARE
    wanted             CONSTANT jsonb := find_near_duplicates.config -> 'parameters';
    wanted_names       text[];
    wanted_instruments text[];
    wanted_start       timestamptz;
    wanted_end         timestamptz;
    own_id             uuid;
    bed                uuid;
BEGIN
    PERFORM check_limit(find_near_duplicates.result_limit);
    PERFORM check_identity(find_near_duplicates.config);
    wanted_names := ARRAY(SELECT jsonb_object_keys(wanted));
    wanted_instruments := ARRAY(SELECT jsonb_array_elements_text(config -> 'instruments'));
    wanted_start := time_of(config, 'data_start');
    wanted_end := time_of(config, 'data_end');
    own_id := run_id_of(config, 'run_id');
    bed := test_bed(config ->> 'strategy_path', wanted_instruments, wanted_start, wanted_end);
    RETURN QUERY
    -- Read in the order of the index, up to its limit: a bitmap scan would read every run of the test bed first.
    WITH candidate AS MATERIALIZED (
        SELECT run.run_id, run.started_at, run.parameters
          FROM backtest_run AS run
         WHERE test_bed(run.strategy_path, run.instruments, run.data_start, run.data_end) = bed
           AND run.status = 'success'
           AND run.strategy_path = config ->> 'strategy_path'
           AND run.data_start = wanted_start
           AND run.data_end = wanted_end
           AND run.instruments @> wanted_instruments
           AND run.instruments <@ wanted_instruments
           AND run.run_id IS DISTINCT FROM own_id
           AND run.parameters <> wanted
         ORDER BY run.run_id DESC
         LIMIT greatest(find_near_duplicates.result_limit, 300)),
    difference AS (
        SELECT candidate.run_id, asked.value AS wanted, candidate.parameters -> asked.key AS recorded
          FROM candidate
         CROSS JOIN jsonb_each(wanted) AS asked
         WHERE candidate.parameters -> asked.key IS DISTINCT FROM asked.value
         UNION ALL
        SELECT candidate.run_id, NULL, added.value
          FROM candidate
         CROSS JOIN jsonb_each(candidate.parameters - wanted_names) AS added),
    nearest AS (
        SELECT difference.run_id, count(*) AS differing,
               sum(relative_difference(difference.wanted, difference.recorded)) AS distance
          FROM difference
         GROUP BY difference.run_id
         ORDER BY differing, distance, difference.run_id DESC
         LIMIT find_near_duplicates.result_limit),
    -- Limit first, so that metrics are read only for the rows returned.
    told AS MATERIALIZED (
        SELECT candidate.run_id, candidate.started_at, candidate.parameters, nearest.differing, nearest.distance
          FROM nearest
          JOIN candidate ON candidate.run_id = nearest.run_id)
    SELECT told.run_id, short_id(told.run_id), told.started_at, metrics.total_return, metrics.sharpe_ratio,
           metrics.max_drawdown, json_differences(wanted, told.parameters)
      FROM told
      JOIN performance_metrics AS metrics ON metrics.run_id = told.run_id
     ORDER BY told.differing, told.distance, told.run_id DESC;
END;
$$;
-- Name: FUNCTION find_near_duplicates(config jsonb, result_limit integer); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.find_near_duplicates(config jsonb, result_limit integer) IS 'Successful runs of the same strategy on the same instruments and dates with some other parameters, nearest first: the fewest different parameters, then the smallest relative difference, then the newest. differences names the parameters that differ, with both values. Only the newest 300 such runs, or result_limit if that is more, are looked at. config: see find_duplicates, and what it raises.';
-- Name: find_origins(text); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.find_origins(reference text) RETURNS TABLE(generation integer, run_id uuid, short_id text, started_at timestamp with time zone, status text, changes jsonb, is_recorded boolean)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
DECLARE
    seen        uuid[] := ARRAY[find_run(find_origins.reference)];
    next_id     uuid;
    own_changes jsonb;
BEGIN
    SELECT run.origin_run_id, run.changes
      INTO next_id, changes
      FROM backtest_run AS run
     WHERE run.run_id = seen[1];
    generation := 0;
    WHILE next_id IS NOT NULL AND NOT next_id = ANY (seen) LOOP
        seen := seen || next_id;
        generation := generation + 1;
        run_id := next_id;
        short_id := btsql.short_id(next_id);
        SELECT run.started_at, run.status, run.origin_run_id, run.changes
          INTO started_at, status, next_id, own_changes
          FROM backtest_run AS run
         WHERE run.run_id = find_origins.run_id;
        is_recorded := FOUND;
        RETURN NEXT;
        changes := own_changes;
    END LOOP;
END;
$$;
-- Name: FUNCTION find_origins(reference text); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.find_origins(reference text) IS 'The run that a run reproduces or varies (generation 1), the run that this one reproduces or varies (2), and so on to the first: id, start, status, what was changed (NULL for a plain reproduction), and whether it is recorded here. The chain ends at a run that is not recorded here, or was deleted. No rows for a run that reproduces none. reference: see find_run and what it raises.';
-- Name: find_reproductions(text, integer); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.find_reproductions(reference text, result_limit integer DEFAULT 20) RETURNS TABLE(run_id uuid, short_id text, started_at timestamp with time zone, status text, changes jsonb)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
DECLARE
    found_id CONSTANT uuid := find_run(find_reproductions.reference);
BEGIN
    PERFORM check_limit(find_reproductions.result_limit);
    RETURN QUERY
    SELECT run.run_id, btsql.short_id(run.run_id), run.started_at, run.status, run.changes
      FROM backtest_run AS run
     WHERE run.origin_run_id = found_id
     ORDER BY run.run_id DESC
     LIMIT find_reproductions.result_limit;
END;
$$;
-- Name: FUNCTION find_reproductions(reference text, result_limit integer); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.find_reproductions(reference text, result_limit integer) IS 'The runs that directly reproduce or vary a run (a variation has what was changed), newest first; reproductions of these are not listed. reference: see find_run and what it raises. Raises invalid_parameter_value for a limit outside 1 to 1000.';
-- Name: find_run(text); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.find_run(reference text) RETURNS uuid
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $_$
DECLARE
    wanted       CONSTANT text := lower(btrim(find_run.reference));
    digits       CONSTANT text := replace(wanted, '-', '');
    candidates   uuid[];
    digits_shown integer;
    are_short    boolean;
    listed       text;
BEGIN
    IF wanted = '@' OR wanted ~ '^@~[0-9]{1,9}$' THEN
        candidates := ARRAY(SELECT run.run_id
                              FROM backtest_run AS run
                             ORDER BY run.run_id DESC
                             LIMIT 1 OFFSET coalesce(nullif(substring(wanted FROM 3), ''), '0')::integer);
    ELSIF wanted = '@ok' THEN
        candidates := ARRAY(SELECT run.run_id
                              FROM backtest_run AS run
                             WHERE run.status = 'success'
                             ORDER BY run.run_id DESC
                             LIMIT 1);
    ELSIF wanted ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' OR wanted ~ '^[0-9a-f]{32}$' THEN
        candidates := ARRAY(SELECT run.run_id FROM backtest_run AS run WHERE run.run_id = wanted::uuid);
    ELSIF wanted ~ '^[0-9a-f]{4}[0-9a-f-]*$' AND length(digits) < 32 THEN
        -- Last groups are random: four digits fit one run in 65,536. First digits are a time, and four of them may fit all
        -- runs of 50 days: of these no more are read than are listed.
        candidates := ARRAY(SELECT run.run_id
                              FROM backtest_run AS run
                             WHERE short_id(run.run_id) COLLATE "C" >= wanted
                               AND short_id(run.run_id) COLLATE "C" < wanted || 'g'
                             UNION
                            (SELECT run.run_id
                               FROM backtest_run AS run
                              WHERE run.run_id BETWEEN rpad(digits, 32, '0')::uuid AND rpad(digits, 32, 'f')::uuid
                              ORDER BY run.run_id DESC
                              LIMIT 11)
                             ORDER BY 1 DESC
                             LIMIT 11);
    ELSE
        RAISE EXCEPTION 'not a reference to a run: "%"', left(find_run.reference, 100)
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give a run id, at least its first 4 digits or the first 4 of its last group, @ for the newest '
                         'run, @~2 for the second before it, or @ok for the newest success.';
    END IF;
    IF cardinality(candidates) = 0 THEN
        RAISE EXCEPTION 'no run answers to "%"', left(find_run.reference, 100)
            USING ERRCODE = 'no_data_found', HINT = 'List the recorded runs with list_runs().';
    ELSIF cardinality(candidates) > 1 THEN
        digits_shown := short_id_digits(candidates[1:10]);
        -- Whole last groups may be alike; then only the whole ids tell them apart.
        are_short := (SELECT count(DISTINCT short_id(one)) = count(*) FROM unnest(candidates[1:10]) AS one);
        listed := (SELECT string_agg(concat_ws('  ',
                              CASE WHEN are_short THEN left(short_id(run.run_id), digits_shown) ELSE run.run_id::text END,
                              to_char(run.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"'),
                              regexp_replace(run.strategy_name, '[[:space:]]+', ' ', 'g'), run.status),
                              E'\n' ORDER BY run.run_id DESC)
                     FROM backtest_run AS run
                    WHERE run.run_id = ANY (candidates[1:10]));
        RAISE EXCEPTION '"%" fits more than one run', find_run.reference
            USING ERRCODE = 'cardinality_violation',
                  DETAIL = listed || CASE WHEN cardinality(candidates) > 10 THEN E'\n...' ELSE '' END,
                  HINT = 'Give more digits.';
    END IF;
    RETURN candidates[1];
END;
$_$;
-- Name: FUNCTION find_run(reference text); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.find_run(reference text) IS 'The id of the run that a reference means: a whole id; the first hexadecimal digits, at least 4, of its last group (the short id) or of the whole id; @ the newest recorded run, @~N the N-th before it, @ok the newest success. Raises no_data_found; cardinality_violation, whose detail lists up to ten candidates, newest first, each with its short id, start, strategy and status; invalid_parameter_value for anything else.';
-- Name: first_run_id(timestamp with time zone); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.first_run_id(started_at timestamp with time zone) RETURNS uuid
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
 SELECT (
         CASE
             WHEN (started_at <= '1970-01-01 00:00:00+00'::timestamp with time zone) THEN '00000000-0000-0000-0000-000000000000'::text
             WHEN (started_at >= '10889-08-02 05:31:50.655+00'::timestamp with time zone) THEN 'ffffffff-ffff-0000-0000-000000000000'::text
             ELSE rpad(lpad(to_hex(btsql.epoch_milliseconds(started_at)), 12, '0'::text), 32, '0'::text)
         END)::uuid AS rpad;
END;
-- Name: FUNCTION first_run_id(started_at timestamp with time zone); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.first_run_id(started_at timestamp with time zone) IS 'A lower bound of every run id of this millisecond and later. With it, a range of start times becomes a range of ids.';
-- Name: get_run(text); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.get_run(reference text) RETURNS SETOF btsql.run_details
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
DECLARE
    found_id CONSTANT uuid := find_run(get_run.reference);
    tags     CONSTANT text[] := current_tags(found_id);
BEGIN
    RETURN QUERY
    SELECT run.run_id, short_id(run.run_id), run.status, run.started_at, run.duration_seconds,
           run.strategy_type, run.strategy_name, run.strategy_path, run.parameters,
           run.instruments, run.data_start, run.data_end, run.data_source,
           run.initial_capital, run.currency,
           metrics.total_return, metrics.cagr, metrics.annualized_return,
           metrics.sharpe_ratio, metrics.sortino_ratio, metrics.max_drawdown,
           metrics.volatility, metrics.total_trades, metrics.winning_trades, metrics.losing_trades,
           metrics.win_rate, metrics.profit_factor, metrics.average_win,
           metrics.average_loss, metrics.final_equity, metrics.net_profit,
           metrics.periods_per_year,
           (SELECT jsonb_object_agg(rejected.metric, jsonb_build_object(
                       'reported_value', rejected.reported_value, 'reason', rejected.reason))
              FROM rejected_metric AS rejected
             WHERE rejected.run_id = found_id),
           run.engine_figures,
           run.error_type, run.error_message, run.error_traceback,
           run.origin_run_id, run.changes, run.snapshot, run.environment, run.config_hash,
           run.record_digest, run.recorded_at, run.replaced_interrupted_at, tags,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'annotated_at', annotation.annotated_at, 'kind', annotation.kind, 'content', annotation.content)
                       ORDER BY annotation.annotation_id), '[]')
              FROM run_annotation AS annotation
             WHERE annotation.run_id = found_id)
      FROM backtest_run AS run
      LEFT JOIN performance_metrics AS metrics ON metrics.run_id = run.run_id
     WHERE run.run_id = found_id;
END;
$$;
-- Name: FUNCTION get_run(reference text); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.get_run(reference text) IS 'All that is recorded of one run, as one row: execution, configuration, metrics (units as in performance_metrics), rejected_metrics ({metric: {reported_value, reason}}), error, origin, snapshot, environment, tags, annotations. reference: see find_run, which raises no_data_found, cardinality_violation, invalid_parameter_value.';
-- Name: grant_rights(); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.grant_rights() RETURNS text[]
    LANGUAGE plpgsql
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
DECLARE
    groups   text[] := ARRAY[]::text[];
    role     text;
    own      record;
    -- Writers may call what records; readers everything that does not write or make what is written, no trigger functions.
    recorded CONSTANT text[] := ARRAY['record_run', 'start_run', 'record_interrupted', 'add_note', 'set_tags'];
    writing  CONSTANT text[] := recorded || ARRAY[
        'write_run', 'write_metrics', 'write_parameters', 'run_of', 'delete_run', 'grant_rights'];
    for_both CONSTANT text[] := ARRAY['schema_version', 'new_run_id', 'epoch_milliseconds'];
BEGIN
    -- Two that grant the same at once fail.
    PERFORM pg_advisory_xact_lock(hashtextextended('btsql.grant_rights', 0));
    FOREACH role IN ARRAY ARRAY['btsql_reader', 'btsql_writer'] LOOP
        IF to_regrole(role) IS NULL THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role);
            EXCEPTION
                WHEN duplicate_object OR unique_violation THEN
                    NULL; -- roles belong to the whole server: another database's deployment was faster
                WHEN insufficient_privilege THEN
                    RAISE NOTICE 'the group role % is not created: % may not', role, current_user
                        USING HINT = format('Have somebody CREATE ROLE %s NOLOGIN, and run btsql init again, or SELECT '
                                            'btsql.grant_rights().', role);
                    CONTINUE;
            END;
        END IF;
        EXECUTE format('GRANT USAGE ON SCHEMA btsql TO %I', role);
        groups := groups || role;
    END LOOP;
    IF 'btsql_reader' = ANY (groups) THEN
        GRANT SELECT ON ALL TABLES IN SCHEMA btsql TO btsql_reader;
    END IF;
    FOR own IN
        SELECT wanted.role, function.oid::regprocedure AS signature
          FROM pg_proc AS function
          JOIN unnest(groups) AS wanted (role)
            ON CASE wanted.role WHEN 'btsql_reader' THEN NOT function.proname = ANY (writing)
                                ELSE function.proname = ANY (recorded || for_both) END
         WHERE function.pronamespace = 'btsql'::regnamespace
           AND function.prorettype <> 'trigger'::regtype
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', own.signature, own.role);
    END LOOP;
    RETURN groups;
END;
$$;
-- Name: FUNCTION grant_rights(); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.grant_rights() IS 'Creates the group roles btsql_reader and btsql_writer where they are missing and the caller may create roles, and grants them their rights in this schema, which is harmless where they have them. For the owner: deploying calls it, and so does btsql init, for groups that were created since. Returns the names of the groups that have their rights now; a notice says which is missing.';
-- Name: instrument_definition(jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.instrument_definition(instrument jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
 SELECT
         CASE jsonb_typeof(instrument)
             WHEN 'object'::text THEN (instrument - '{ts_event,ts_init,info}'::text[])
             ELSE NULL::jsonb
         END AS "case";
END;
-- Name: FUNCTION instrument_definition(instrument jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.instrument_definition(instrument jsonb) IS 'What of an instrument in a snapshot a result depends on: all of it but for when the definition was made, and what its venue adds.';
-- Name: is_same_data(jsonb, jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.is_same_data(one jsonb, other jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
 WITH side AS (
          SELECT run.place,
             ((run.record -> 'environment'::text) ->> 'data_fingerprint'::text) AS fingerprint,
             (((run.record -> 'environment'::text) ->> 'data_fingerprint_covers'::text) ~ '^every value of [0-9,]+ items$'::text) AS is_complete,
                 CASE
                     WHEN (NOT jsonb_path_exists(run.record, '$."snapshot"."data"[*]?(!(exists (@."sha256")))'::jsonpath)) THEN ( SELECT jsonb_agg((file.value - '{path,range}'::text[]) ORDER BY file.place) AS jsonb_agg
                        FROM jsonb_path_query(run.record, '$."snapshot"."data"[*]?(@.type() == "object")'::jsonpath) WITH ORDINALITY file(value, place))
                     ELSE NULL::jsonb
                 END AS files
            FROM ( VALUES (1,is_same_data.one), (2,is_same_data.other)) run(place, record)
         )
  SELECT
         CASE
             WHEN (one_side.fingerprint <> other_side.fingerprint) THEN false
             WHEN ((one_side.fingerprint = other_side.fingerprint) AND COALESCE(one_side.is_complete, other_side.is_complete) AND COALESCE(other_side.is_complete, one_side.is_complete)) THEN true
             WHEN (one_side.files = other_side.files) THEN true
             ELSE NULL::boolean
         END AS "case"
    FROM (side one_side
      JOIN side other_side ON (((one_side.place = 1) AND (other_side.place = 2))));
END;
-- Name: FUNCTION is_same_data(one jsonb, other jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.is_same_data(one jsonb, other jsonb) IS 'Whether two runs on the same dates had the same market data, wherever it came from, by the fingerprints and the digests of files in two record documents or rows of runs as JSON. NULL where that is not known: a fingerprint is missing, or equal fingerprints cover a sample of the data, and the files are not known to be the same.';
-- Name: json_differences(jsonb, jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.json_differences(wanted jsonb, recorded jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
 SELECT COALESCE(jsonb_object_agg(COALESCE(wanted.key, recorded.key),
         CASE
             WHEN (wanted.key IS NULL) THEN jsonb_build_object('recorded', recorded.value)
             WHEN (recorded.key IS NULL) THEN jsonb_build_object('wanted', wanted.value)
             ELSE jsonb_build_object('wanted', wanted.value, 'recorded', recorded.value)
         END), '{}'::jsonb) AS "coalesce"
    FROM (jsonb_each(json_differences.wanted) wanted(key, value)
      FULL JOIN jsonb_each(json_differences.recorded) recorded(key, value) ON ((recorded.key = wanted.key)))
   WHERE (wanted.value IS DISTINCT FROM recorded.value);
END;
-- Name: FUNCTION json_differences(wanted jsonb, recorded jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.json_differences(wanted jsonb, recorded jsonb) IS 'How two JSON objects differ: {name: {"wanted": value, "recorded": value}}. A side that does not have the name is left out. Numbers are compared by value: 10 and 10.0 are the same.';
-- Name: json_leaves(jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.json_leaves(document jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'btsql', 'pg_temp'
    AS $_$
DECLARE
    flat jsonb := coalesce(json_leaves.document, '{}');
BEGIN
    WHILE jsonb_path_exists(flat, 'strict $.* ? (@.type() == "object" && exists (@.*))') LOOP
        flat := (SELECT coalesce(jsonb_object_agg(leaf.path, leaf.value), '{}')
                   FROM (SELECT item.key AS path, item.value
                           FROM jsonb_each(flat) AS item
                          WHERE jsonb_typeof(item.value) <> 'object' OR item.value = '{}'
                          UNION ALL
                         SELECT item.key || ' / ' || part.key, part.value
                           FROM jsonb_each(flat) AS item
                          CROSS JOIN jsonb_each(CASE jsonb_typeof(item.value) WHEN 'object' THEN item.value ELSE '{}' END)
                                AS part) AS leaf);
    END LOOP;
    RETURN flat;
END;
$_$;
-- Name: FUNCTION json_leaves(document jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.json_leaves(document jsonb) IS 'The values of nested JSON objects as one flat object. Each name is the path to the value, joined by " / ". An array counts as one value, and so does an empty object.';
-- Name: judge_metrics(jsonb, jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.judge_metrics(metrics jsonb, undefined_metrics jsonb DEFAULT NULL::jsonb) RETURNS TABLE(metric text, accepted numeric, reported_value text, reason text)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
DECLARE
    definition  record;
    value       jsonb;
    -- A count or rate beyond 1e10 fails by its own range, and arithmetic on it could overflow even numeric.
    total       CONSTANT numeric := CASE WHEN abs(number_or_null(metrics -> 'total_trades')) < 1e10
                                         THEN number_or_null(metrics -> 'total_trades') END;
    wins        CONSTANT numeric := CASE WHEN abs(number_or_null(metrics -> 'winning_trades')) < 1e10
                                         THEN number_or_null(metrics -> 'winning_trades') END;
    losses      CONSTANT numeric := CASE WHEN abs(number_or_null(metrics -> 'losing_trades')) < 1e10
                                         THEN number_or_null(metrics -> 'losing_trades') END;
    rate        CONSTANT numeric := CASE WHEN abs(number_or_null(metrics -> 'win_rate')) < 1e10
                                         THEN number_or_null(metrics -> 'win_rate') END;
    counts_fail CONSTANT boolean := coalesce(wins + losses > total, false);
    rate_fails  CONSTANT boolean := coalesce(abs(rate * total - wins) > 1e-7 * greatest(total, 1), false);
BEGIN
    FOR definition IN
        SELECT defined.metric, defined.unit, defined.lowest, defined.highest
          FROM metric_definition() AS defined
    LOOP
        value := judge_metrics.metrics -> definition.metric;
        metric := definition.metric;
        accepted := trim_scale(number_or_null(value));
        reported_value := CASE WHEN value <> 'null' THEN value #>> '{}' END;
        reason := CASE
            WHEN reported_value IS NULL THEN undefined_metrics ->> definition.metric
            WHEN accepted IS NULL THEN 'not a finite number'
            WHEN accepted NOT BETWEEN definition.lowest AND definition.highest
                THEN replace(format('outside %s .. %s', definition.lowest, definition.highest),
                             repeat('0', 300), 'e300') -- money, in a form for people
            WHEN definition.unit = 'count' AND accepted <> trunc(accepted) THEN 'not a whole number'
            WHEN metric = 'periods_per_year' AND accepted NOT IN (252, 365) THEN 'neither 252 nor 365'
            WHEN metric IN ('total_trades', 'winning_trades', 'losing_trades') AND counts_fail
                THEN 'winning and losing trades add up to more than all trades'
            WHEN metric = 'win_rate' AND rate_fails AND NOT counts_fail
                THEN 'not winning_trades / total_trades'
        END;
        IF reason IS NOT NULL THEN
            accepted := NULL;
        ELSIF abs(accepted) < 2.2250738585072014e-308 THEN
            accepted := 0; -- below what double precision holds
        END IF;
        IF accepted IS NOT NULL OR reason IS NOT NULL THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END;
$$;
-- Name: FUNCTION judge_metrics(metrics jsonb, undefined_metrics jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.judge_metrics(metrics jsonb, undefined_metrics jsonb) IS 'Which of the reported metrics are stored, and why the others are not. metrics: for each name a number, null, or the text NaN, Infinity, -Infinity; undefined_metrics: for each name the reason of a null. One row for each metric that has a value or a reason: either accepted is the value to store, or reported_value (as text) and reason say why there is none.';
-- Name: list_runs(text, text, text, text, timestamp with time zone, timestamp with time zone, timestamp with time zone, timestamp with time zone, jsonb, jsonb, text[], text, boolean, integer, text); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.list_runs(strategy_name text DEFAULT NULL::text, strategy_type text DEFAULT NULL::text, instrument text DEFAULT NULL::text, status text DEFAULT NULL::text, since timestamp with time zone DEFAULT NULL::timestamp with time zone, until timestamp with time zone DEFAULT NULL::timestamp with time zone, data_since timestamp with time zone DEFAULT NULL::timestamp with time zone, data_until timestamp with time zone DEFAULT NULL::timestamp with time zone, parameters jsonb DEFAULT NULL::jsonb, metrics jsonb DEFAULT NULL::jsonb, tags text[] DEFAULT NULL::text[], sort_by text DEFAULT 'started_at'::text, descending boolean DEFAULT true, result_limit integer DEFAULT 20, after text DEFAULT NULL::text) RETURNS SETOF btsql.run_summary
    LANGUAGE plpgsql STABLE ROWS 20
    SET search_path TO 'btsql', 'pg_temp'
    SET extra_float_digits TO '1'
    AS $$
DECLARE
    page   CONSTANT uuid[] := matching_runs(
        list_runs.strategy_name, list_runs.strategy_type, list_runs.instrument, list_runs.status, list_runs.since,
        list_runs.until, list_runs.data_since, list_runs.data_until, list_runs.parameters, list_runs.metrics,
        list_runs.tags, list_runs.sort_by, list_runs.descending, list_runs.result_limit, list_runs.after,
        only_measured => false);
    digits CONSTANT integer := short_id_digits(page);
BEGIN
    RETURN QUERY
    SELECT run.run_id, left(short_id(run.run_id), digits), run.started_at, run.duration_seconds, run.status,
           run.strategy_type, run.strategy_name, run.instruments, run.data_start, run.data_end, run.initial_capital,
           run.currency, measured.total_return, measured.sharpe_ratio, measured.max_drawdown, measured.total_trades,
           run.error_type, run.parameters,
           CASE WHEN list_runs.sort_by <> 'started_at'
                THEN (to_jsonb(measured) ->> list_runs.sort_by)::double precision END
      FROM unnest(page) WITH ORDINALITY AS listed (run_id, place)
      JOIN backtest_run AS run ON run.run_id = listed.run_id
      LEFT JOIN performance_metrics AS measured ON measured.run_id = run.run_id
     ORDER BY listed.place;
END;
$$;
-- Name: FUNCTION list_runs(strategy_name text, strategy_type text, instrument text, status text, since timestamp with time zone, until timestamp with time zone, data_since timestamp with time zone, data_until timestamp with time zone, parameters jsonb, metrics jsonb, tags text[], sort_by text, descending boolean, result_limit integer, after text); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.list_runs(strategy_name text, strategy_type text, instrument text, status text, since timestamp with time zone, until timestamp with time zone, data_since timestamp with time zone, data_until timestamp with time zone, parameters jsonb, metrics jsonb, tags text[], sort_by text, descending boolean, result_limit integer, after text) IS 'Recorded runs, at most result_limit (1 to 1000) of them. strategy_name, strategy_type, instrument, status: only runs with exactly this value. since, until: started in [since, until). data_since, data_until: runs whose data ends at or after data_since and begins before data_until. parameters: {"name": value} or {"name": {">=": 10, "<": 20}}, with = <> < <= > >=, in, exists; numbers compare with numbers, texts with texts. metrics: {"sharpe_ratio": {">": 1}}, in their units. tags: runs that have all of these tags. sort_by: started_at or a metric, which is then the sort_value; descending or not, NULL is always last. after: the run_id of the last row of the previous page; new runs do not shift the pages. short_id has as many digits as are needed to tell the rows apart, at least 8. Raises invalid_parameter_value, and what find_run raises for after.';
-- Name: matching_runs(text, text, text, text, timestamp with time zone, timestamp with time zone, timestamp with time zone, timestamp with time zone, jsonb, jsonb, text[], text, boolean, integer, text, boolean); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.matching_runs(strategy_name text, strategy_type text, instrument text, status text, since timestamp with time zone, until timestamp with time zone, data_since timestamp with time zone, data_until timestamp with time zone, parameters jsonb, metrics jsonb, tags text[], sort_by text, descending boolean, result_limit integer, after text, only_measured boolean) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    SET max_parallel_workers_per_gather TO '0'
    SET extra_float_digits TO '1'
    AS $_$
DECLARE
    by_start   CONSTANT boolean := matching_runs.sort_by IS NOT DISTINCT FROM 'started_at';
    downwards  CONSTANT boolean := coalesce(matching_runs.descending, true);
    order_word CONSTANT text := CASE WHEN downwards THEN 'DESC' ELSE 'ASC' END;
    beyond     CONSTANT text := CASE WHEN downwards THEN '<' ELSE '>' END;
    last_id    CONSTANT uuid := CASE WHEN matching_runs.after IS NOT NULL THEN find_run(matching_runs.after) END;
    runs       text := 'backtest_run AS run';
    decides    text;
    last_value double precision;
    conditions CONSTANT text := search_conditions(
        matching_runs.strategy_name, matching_runs.strategy_type, matching_runs.instrument, matching_runs.status,
        matching_runs.since, matching_runs.until, matching_runs.data_since, matching_runs.data_until,
        matching_runs.metrics, matching_runs.tags);
    measured   text;
    all_have   boolean := matching_runs.only_measured;
    page       uuid[] := ARRAY[]::uuid[];
BEGIN
    PERFORM check_limit(matching_runs.result_limit);
    IF matching_runs.parameters IS NOT NULL THEN
        IF by_start AND downwards AND num_nonnulls(
               matching_runs.strategy_name, matching_runs.strategy_type, matching_runs.instrument, matching_runs.status,
               matching_runs.since, matching_runs.until, matching_runs.data_since, matching_runs.data_until,
               matching_runs.metrics, matching_runs.tags) = 0 THEN
            page := newest_with_value(matching_runs.parameters, last_id, matching_runs.result_limit);
            IF page IS NOT NULL THEN
                RETURN page;
            END IF;
            page := ARRAY[]::uuid[];
        END IF;
        SELECT found.source, found.decides
          INTO runs, decides
          FROM parameter_source(
                   matching_runs.parameters, matching_runs.strategy_name, matching_runs.strategy_type, matching_runs.status,
                   matching_runs.tags, first_run_id(matching_runs.since),
                   least(CASE WHEN matching_runs.until <= '9999-12-31 00:00:00+00'
                              THEN first_run_id(matching_runs.until + interval '1 millisecond') END,
                         CASE WHEN by_start AND downwards THEN last_id END),
                   by_start AND downwards, matching_runs.result_limit) AS found;
    END IF;
    IF NOT by_start THEN
        PERFORM check_sort_key(matching_runs.sort_by);
        -- A recorded run does not change, so its place in the order is known from its id.
        IF last_id IS NOT NULL THEN
            EXECUTE format('SELECT metrics.%I FROM performance_metrics AS metrics WHERE metrics.run_id = $1',
                           matching_runs.sort_by)
               INTO last_value
              USING last_id;
        END IF;
        -- A criterion on the sort metric already leaves out the runs that do not have it.
        all_have := all_have OR EXISTS (
            SELECT
              FROM criteria_of(matching_runs.metrics) AS criterion
             WHERE criterion.name = matching_runs.sort_by
               AND (criterion.operator <> 'exists' OR criterion.value = 'true'));
    END IF;
    -- Only successes have metrics, and a metrics row names the strategy type: so filter both in performance_metrics.
    IF NOT by_start AND (last_id IS NULL OR last_value IS NOT NULL) AND coalesce(status, 'success') = 'success' THEN
        measured := concat_ws(' AND ',
            search_conditions(
                matching_runs.strategy_name, NULL, matching_runs.instrument, NULL, matching_runs.since,
                matching_runs.until, matching_runs.data_since, matching_runs.data_until, matching_runs.metrics,
                matching_runs.tags),
            decides,
            format('metrics.%I IS NOT NULL', matching_runs.sort_by),
            'metrics.strategy_type = ' || quote_literal(matching_runs.strategy_type),
            CASE WHEN last_id IS NOT NULL THEN
                format('(metrics.%I, metrics.run_id) %s (%L, %L)', matching_runs.sort_by, beyond, last_value, last_id)
            END);
        page := page_of_runs(
            'performance_metrics AS metrics ' || CASE
                WHEN measured ~ '[[:<:]]run[.]' OR matching_runs.parameters IS NOT NULL
                THEN 'JOIN ' || runs || ' ON run.run_id = metrics.run_id'
                ELSE 'CROSS JOIN LATERAL (SELECT metrics.run_id) AS run' END,
            measured,
            format('metrics.%1$I %2$s, metrics.run_id %2$s', matching_runs.sort_by, order_word),
            matching_runs.result_limit);
    END IF;
    -- Either all runs by their start or, after the runs with the metric, those without it, newest first.
    IF cardinality(page) < matching_runs.result_limit AND NOT all_have THEN
        page := page || page_of_runs(
            runs || CASE WHEN NOT by_start OR matching_runs.metrics IS NOT NULL
                         THEN ' LEFT JOIN performance_metrics AS metrics ON metrics.run_id = run.run_id' ELSE '' END,
            concat_ws(' AND ', conditions, decides,
                CASE WHEN NOT by_start THEN format('metrics.%I IS NULL', matching_runs.sort_by) END,
                CASE WHEN by_start OR last_value IS NULL THEN
                    format('run.run_id %s ', CASE WHEN by_start THEN beyond ELSE '<' END) || quote_literal(last_id)
                END),
            'run.run_id ' || CASE WHEN by_start THEN order_word ELSE 'DESC' END,
            matching_runs.result_limit - cardinality(page));
    END IF;
    RETURN page;
END;
$_$;
-- Name: FUNCTION matching_runs(strategy_name text, strategy_type text, instrument text, status text, since timestamp with time zone, until timestamp with time zone, data_since timestamp with time zone, data_until timestamp with time zone, parameters jsonb, metrics jsonb, tags text[], sort_by text, descending boolean, result_limit integer, after text, only_measured boolean); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.matching_runs(strategy_name text, strategy_type text, instrument text, status text, since timestamp with time zone, until timestamp with time zone, data_since timestamp with time zone, data_until timestamp with time zone, parameters jsonb, metrics jsonb, tags text[], sort_by text, descending boolean, result_limit integer, after text, only_measured boolean) IS 'The ids of the runs that list_runs() lists, in its order. only_measured leaves out the runs that do not have the metric it sorts by. Takes the same arguments and raises the same errors as list_runs().';
-- Name: metric_condition(text, text, jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.metric_condition(metric text, operator text, value jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
BEGIN
    PERFORM check_metric(metric_condition.metric);
    IF operator IN ('=', '<>', '<', '<=', '>', '>=') AND jsonb_typeof(value) = 'number'
       AND (value = '0' OR abs(number_or_null(value)) BETWEEN 1e-307 AND 1e307) THEN
        RETURN format('metrics.%I %s %L::numeric::double precision', metric, operator, value);
    ELSIF operator = 'exists' AND jsonb_typeof(value) = 'boolean' THEN
        RETURN format('(metrics.%I IS NOT NULL) = %L', metric, value);
    END IF;
    RAISE EXCEPTION 'metric "%" is compared by "%" with %', metric, left(operator, 20), left(value::text, 100)
        USING ERRCODE = 'invalid_parameter_value',
              HINT = 'Write {"sharpe_ratio": {">": 1, "<=": 3}} with = <> < <= > >= and numbers, or '
                     '{"sharpe_ratio": {"exists": true}}.';
END;
$$;
-- Name: FUNCTION metric_condition(metric text, operator text, value jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.metric_condition(metric text, operator text, value jsonb) IS 'One criterion on a metric as SQL text for list_runs(), in the metric''s unit. Raises invalid_parameter_value.';
-- Name: metric_definition(); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.metric_definition() RETURNS TABLE(metric text, unit text, lowest numeric, highest numeric, better text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
 SELECT definition.metric,
     definition.unit,
     definition.lowest,
     definition.highest,
     definition.better
    FROM ( VALUES (1,'total_return'::text,'fraction'::text,(- (1)::numeric),(100)::numeric,'higher'::text), (2,'cagr'::text,'fraction'::text,'-1'::integer,100,'higher'::text), (3,'annualized_return'::text,'fraction'::text,'-1'::integer,100,'higher'::text), (4,'sharpe_ratio'::text,'ratio'::text,'-10'::integer,10,'higher'::text), (5,'sortino_ratio'::text,'ratio'::text,'-100'::integer,100,'higher'::text), (6,'max_drawdown'::text,'fraction'::text,'-1'::integer,0,'higher'::text), (7,'volatility'::text,'fraction'::text,0,100,'lower'::text), (8,'total_trades'::text,'count'::text,0,2147483647,NULL::text), (9,'winning_trades'::text,'count'::text,0,2147483647,NULL::text), (10,'losing_trades'::text,'count'::text,0,2147483647,NULL::text), (11,'win_rate'::text,'fraction'::text,0,1,'higher'::text), (12,'profit_factor'::text,'ratio'::text,0,1000000,'higher'::text), (13,'average_win'::text,'money'::text,0,'1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000'::numeric,'higher'::text), (14,'average_loss'::text,'money'::text,'-1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000'::numeric,0,'higher'::text), (15,'final_equity'::text,'money'::text,'-1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000'::numeric,'1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000'::numeric,'higher'::text), (16,'net_profit'::text,'money'::text,'-1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000'::numeric,'1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000'::numeric,'higher'::text), (17,'periods_per_year'::text,'count'::text,252,365,NULL::text)) definition(place, metric, unit, lowest, highest, better)
   ORDER BY definition.place;
END;
-- Name: FUNCTION metric_definition(); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.metric_definition() IS 'The metrics in their usual order: unit (fraction, ratio, money in the run''s currency, count), allowed range, and whether higher or lower is better. A drawdown is negative, so the higher one is the better one.';
-- Name: new_run_id(timestamp with time zone); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.new_run_id(started_at timestamp with time zone DEFAULT clock_timestamp()) RETURNS uuid
    LANGUAGE plpgsql STRICT PARALLEL SAFE
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
BEGIN
    IF new_run_id.started_at < '1970-01-01 00:00:00+00' OR new_run_id.started_at >= '9999-01-01 00:00:00+00' THEN
        RAISE EXCEPTION 'started_at is %, not of the years 1970 to 9998', new_run_id.started_at
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the time at which the execution began.';
    END IF;
    RETURN encode(
        set_bit(set_bit(
            overlay(uuid_send(gen_random_uuid())
                    PLACING substring(int8send(epoch_milliseconds(new_run_id.started_at)) FROM 3)
                    FROM 1 FOR 6),
            52, 1), 53, 1),
        'hex')::uuid;
END;
$$;
-- Name: FUNCTION new_run_id(started_at timestamp with time zone); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.new_run_id(started_at timestamp with time zone) IS 'A new run id: UUID version 7 (RFC 9562) whose milliseconds are those of started_at and whose other 74 bits are random. Ids sort by start. Raises invalid_parameter_value for a year outside 1970 to 9998.';
-- Name: newest_with_value(jsonb, uuid, integer); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.newest_with_value(parameters jsonb, before uuid, result_limit integer) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
    newest       CONSTANT uuid := uuid 'ffffffff-ffff-ffff-ffff-ffffffffffff';
    wanted_name  text;
    wanted_value jsonb;
BEGIN
    IF jsonb_typeof(newest_with_value.parameters) <> 'object' THEN
        RETURN NULL;
    END IF;
    SELECT given.key, given.value
      INTO wanted_name, wanted_value
      FROM jsonb_each(newest_with_value.parameters) AS given
     WHERE (SELECT count(*) FROM jsonb_object_keys(newest_with_value.parameters)) = 1
       AND jsonb_typeof(given.value) IN ('number', 'string', 'boolean')
       AND length(given.value::text) <= 200
       AND length(given.key) <= 200;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    RETURN ARRAY(
        SELECT run.run_id
          FROM (SELECT parameter.run_id
                  FROM run_parameter AS parameter
                 WHERE parameter.name = wanted_name
                   AND parameter.value = wanted_value
                   AND parameter.run_id < coalesce(newest_with_value.before, newest)
                 ORDER BY parameter.run_id DESC
                OFFSET 0) AS candidate
          JOIN backtest_run AS run ON run.run_id = candidate.run_id
         WHERE run.parameters -> wanted_name = wanted_value
         ORDER BY candidate.run_id DESC
         LIMIT newest_with_value.result_limit);
EXCEPTION
    WHEN feature_not_supported THEN -- distributed tables have no plan without their values
        RETURN NULL;
END;
$$;
-- Name: FUNCTION newest_with_value(parameters jsonb, before uuid, result_limit integer); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.newest_with_value(parameters jsonb, before uuid, result_limit integer) IS 'For matching_runs(): the newest result_limit runs with one value of a parameter, as {"fast_period": 10}, before a run id or, when that is NULL, of all. Returns NULL when parameters holds anything but one number, text or boolean of at most 200 characters, or when the tables are distributed and have no such plan.';
-- Name: number_or_null(jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.number_or_null(value jsonb) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN (jsonb_typeof(value) = 'number'::text) THEN (value)::numeric
             ELSE NULL::numeric
         END AS "case";
END;
-- Name: FUNCTION number_or_null(value jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.number_or_null(value jsonb) IS 'The number that a JSON value is, or NULL when it is anything else.';
-- Name: page_of_runs(text, text, text, integer); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.page_of_runs(source text, conditions text, ordering text, result_limit integer) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    page uuid[];
BEGIN
    EXECUTE format('SELECT ARRAY(SELECT run.run_id FROM %s WHERE %s ORDER BY %s LIMIT %s)',
                   source, conditions, ordering, result_limit)
       INTO page;
    RETURN page;
END;
$$;
-- Name: FUNCTION page_of_runs(source text, conditions text, ordering text, result_limit integer); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.page_of_runs(source text, conditions text, ordering text, result_limit integer) IS 'The ids of one page of runs, in order, from SQL text that matching_runs() has built: what to read (run, metrics), under which condition, in which order, and how many. Never pass it text from elsewhere.';
-- Name: parameter_condition(text, text, jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.parameter_condition(name text, operator text, value jsonb) RETURNS TABLE(decides text, finds text, narrows_to text)
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $_$
DECLARE
    kind      CONSTANT text := jsonb_typeof(parameter_condition.value);
    is_short  CONSTANT boolean := length(parameter_condition.value::text) <= 200;
    parameter CONSTANT text := format('(run.parameters -> %L)', parameter_condition.name);
    indexed   jsonb;
BEGIN
    finds := 'true'; -- at least, the run has a parameter of this name
    narrows_to := 'name';
    IF operator IN ('=', '<>') THEN
        decides := format('%s %s %L::jsonb', parameter, operator, value);
        IF kind IN ('number', 'string', 'boolean') AND is_short THEN
            finds := format('found.value %s %L::jsonb', operator, value);
            narrows_to := CASE WHEN operator = '=' THEN 'value' ELSE 'name' END;
        ELSIF kind IN ('null', 'array', 'object') AND operator = '=' THEN
            finds := 'found.value = jsonb ''null''';
            narrows_to := 'values';
        END IF;
    ELSIF operator IN ('<', '<=', '>', '>=') AND kind IN ('number', 'string') THEN
        decides := format('jsonb_typeof(%1$s) = %2$L AND %1$s %3$s %4$L::jsonb', parameter, kind, operator, value);
        -- In the index null is before all texts, these before all numbers, and these before true and false.
        finds := CASE kind WHEN 'number' THEN 'found.value BETWEEN jsonb ''-1e201'' AND jsonb ''1e201'''
                           ELSE 'found.value >= jsonb ''""'' AND found.value < jsonb ''-1e201''' END;
        IF is_short THEN
            finds := finds || format(' AND found.value %s %L::jsonb', operator, value);
        END IF;
        narrows_to := 'range';
    ELSIF operator = 'in' AND kind = 'array' THEN
        decides := format('%s = ANY (ARRAY(SELECT jsonb_array_elements(%L::jsonb)))', parameter, value);
        SELECT coalesce(jsonb_agg(CASE WHEN jsonb_typeof(one) IN ('array', 'object') THEN 'null' ELSE one END), '[]')
          INTO indexed
          FROM jsonb_array_elements(value) AS one;
        IF length(indexed::text) <= 2000
           AND NOT EXISTS (SELECT FROM jsonb_array_elements(indexed) AS one WHERE length(one::text) > 200) THEN
            finds := format('found.value = ANY (ARRAY(SELECT jsonb_array_elements(%L::jsonb)))', indexed);
            narrows_to := 'values';
        END IF;
    ELSIF operator = 'exists' AND kind = 'boolean' THEN
        decides := format('(run.parameters ? %L) = %L', name, value);
        IF value = 'false' THEN
            finds := NULL;
        END IF;
    ELSE
        RAISE EXCEPTION 'parameter "%" is compared by "%" with %', left(name, 100), left(operator, 20), left(value::text, 100)
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Write {"name": value}; {"name": {">=": 10, "<": 20}} with = <> < <= > >= for numbers and '
                         'texts; {"name": {"in": [1, 2]}}; or {"name": {"exists": false}}.';
    END IF;
    IF length(name) > 200 THEN
        finds := NULL; -- not in the search index
    END IF;
    IF finds IS NULL THEN
        narrows_to := NULL;
    END IF;
    RETURN NEXT;
END;
$_$;
-- Name: FUNCTION parameter_condition(name text, operator text, value jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.parameter_condition(name text, operator text, value jsonb) IS 'One criterion on a parameter as SQL text for list_runs(). decides: the exact condition on a run. finds: a condition on the rows of the search index (found) with this name that every such run fulfils, NULL where the index cannot help. narrows_to: what part of the index that is: value (one, and exactly the runs that have it), values, range or name. Numbers are compared with numbers and texts with texts. Raises invalid_parameter_value.';
-- Name: parameter_source(jsonb, text, text, text, text[], uuid, uuid, boolean, integer); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.parameter_source(parameters jsonb, strategy_name text, strategy_type text, status text, tags text[], first_id uuid, before_id uuid, newest_first boolean, result_limit integer, OUT source text, OUT decides text) RETURNS record
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    AS $$
DECLARE
    -- Only where the index has the ids in order; elsewhere each one would be read and compared.
    within   CONSTANT text := concat(' AND found.run_id >= ' || quote_literal(parameter_source.first_id),
                                     ' AND found.run_id < ' || quote_literal(parameter_source.before_id));
    few      integer := 2000;
    searches text[];
    ranks    integer[];
    hits     integer;
    fewest   integer;
    best     integer;
BEGIN
    SELECT string_agg(search.decides, ' AND '),
           array_agg(search.query ORDER BY search.rank, search.query) FILTER (WHERE search.query IS NOT NULL),
           array_agg(search.rank ORDER BY search.rank, search.query) FILTER (WHERE search.query IS NOT NULL)
      INTO decides, searches, ranks
      FROM (SELECT string_agg(condition.decides, ' AND ') AS decides,
                   format('run_parameter AS found WHERE found.name = %L AND ', given.name)
                       || string_agg(condition.finds, ' AND ')
                       || CASE WHEN min(kind.rank) <= 2 THEN within ELSE '' END AS query,
                   min(kind.rank) AS rank
              FROM criteria_of(parameter_source.parameters) AS given
             CROSS JOIN parameter_condition(given.name, given.operator, given.value) AS condition
              LEFT JOIN (VALUES ('value', 1), ('values', 2), ('range', 4), ('name', 5)) AS kind (narrows_to, rank)
                ON kind.narrows_to = condition.narrows_to
             GROUP BY given.name
             UNION ALL
            -- Of a rare strategy, say, or in a short time there may be fewer runs than with a common value.
            SELECT NULL, other.query || within, 3
              FROM (VALUES
                    ('backtest_run AS found WHERE found.strategy_name = ' || quote_literal(parameter_source.strategy_name)),
                    ('backtest_run AS found WHERE found.strategy_type = ' || quote_literal(parameter_source.strategy_type)),
                    ('backtest_run AS found WHERE found.status <> ''success'' AND found.status = '
                         || quote_literal(nullif(parameter_source.status, 'success'))),
                    (CASE WHEN within <> '' THEN 'backtest_run AS found WHERE true' END)) AS other (query)
             UNION ALL
            SELECT NULL, 'run_annotation AS found WHERE found.kind = ''tag'' AND found.content = ' || quote_literal(tag)
                             || within, 3
              FROM unnest(parameter_source.tags) AS tag) AS search;
    IF cardinality(searches) = 1 AND ranks[1] = 1 AND newest_first THEN
        best := 1; -- these are in order already, be they many or few
        fewest := few + 1;
    ELSE
        IF NOT (newest_first AND 1 = ANY (ranks)) THEN
            few := greatest(few, 10 * parameter_source.result_limit); -- no other source has many runs in order
        END IF;
        FOR place IN 1..coalesce(cardinality(searches), 0) LOOP
            EXIT WHEN fewest <= 100 OR fewest <= few AND ranks[place] = 5;
            EXECUTE format('SELECT count(*) FROM (SELECT found.run_id FROM %s LIMIT %s) AS hit',
                           searches[place], coalesce(fewest, few + 1))
               INTO hits;
            IF fewest IS NULL OR hits < fewest THEN
                fewest := hits;
                best := place;
            END IF;
        END LOOP;
    END IF;
    source := 'backtest_run AS run';
    IF fewest <= few THEN
        source := format('(SELECT DISTINCT found.run_id FROM %s OFFSET 0) AS candidate '
                         'JOIN backtest_run AS run ON run.run_id = candidate.run_id', searches[best]);
    ELSIF ranks[best] = 1 AND newest_first THEN
        source := format('(SELECT found.run_id FROM %s ORDER BY found.run_id DESC OFFSET 0) AS candidate '
                         'JOIN backtest_run AS run ON run.run_id = candidate.run_id', searches[best]);
    ELSIF fewest > few AND ranks && '{1,2,4,5}' THEN
        -- The planner takes such an expression to be true for half of the runs, the condition itself for almost none.
        decides := format('CASE WHEN %s THEN true END', decides);
    END IF;
END;
$$;
-- Name: FUNCTION parameter_source(parameters jsonb, strategy_name text, strategy_type text, status text, tags text[], first_id uuid, before_id uuid, newest_first boolean, result_limit integer, OUT source text, OUT decides text); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.parameter_source(parameters jsonb, strategy_name text, strategy_type text, status text, tags text[], first_id uuid, before_id uuid, newest_first boolean, result_limit integer, OUT source text, OUT decides text) IS 'The parameter criteria of list_runs() as SQL text. source: where runs are read from: the few runs that an index finds for the rarest criterion or other filter; the runs with a common value, newest first; or all runs, in the order of the listing. decides: all criteria as one condition on run, NULL when there are none. first_id, before_id: the range of run ids that are wanted. Raises invalid_parameter_value.';
-- Name: run_config_hash(text, jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.run_config_hash(strategy_path text, parameters jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
 SELECT btsql.config_hash(jsonb_build_object('strategy_path', strategy_path, 'parameters', parameters)) AS config_hash;
END;
-- Name: FUNCTION run_config_hash(strategy_path text, parameters jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.run_config_hash(strategy_path text, parameters jsonb) IS 'The identity of a configuration: config_hash of the strategy''s import path and its parameters, and of nothing else. Two runs with the same hash tested the same configuration, perhaps on other data.';
-- Name: run_id_milliseconds(uuid); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.run_id_milliseconds(run_id uuid) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
 SELECT ((('x'::text || encode(SUBSTRING(uuid_send(run_id) FROM 1 FOR 6), 'hex'::text)))::bit(48))::bigint AS int8;
END;
-- Name: FUNCTION run_id_milliseconds(run_id uuid); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.run_id_milliseconds(run_id uuid) IS 'The time that a run id carries in its first 48 bits: milliseconds since 1970-01-01 00:00 UTC (UUID version 7, RFC 9562).';
SET default_tablespace = '';
SET default_table_access_method = heap;
-- Name: backtest_run; Type: TABLE; Schema: btsql; Owner: -
CREATE TABLE btsql.backtest_run (
    run_id uuid NOT NULL,
    started_at timestamp with time zone NOT NULL,
    duration_seconds numeric,
    status text NOT NULL,
    strategy_type text NOT NULL,
    strategy_name text NOT NULL,
    strategy_path text NOT NULL,
    parameters jsonb NOT NULL,
    instruments text[],
    data_start timestamp with time zone,
    data_end timestamp with time zone,
    initial_capital numeric,
    currency text,
    data_source text,
    snapshot jsonb NOT NULL,
    environment jsonb,
    error_type text,
    error_message text,
    error_traceback text,
    origin_run_id uuid,
    changes jsonb,
    engine_figures jsonb,
    replaced_interrupted_at timestamp with time zone,
    recorded_at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    record_digest text NOT NULL,
    config_hash text GENERATED ALWAYS AS (btsql.run_config_hash(strategy_path, parameters)) STORED NOT NULL,
    CONSTRAINT backtest_run_capital_is_in_range CHECK (((initial_capital > (0)::numeric) AND (initial_capital < '1000000000000000000000000000000'::numeric))),
    CONSTRAINT backtest_run_changes_have_an_origin CHECK (((changes IS NULL) OR (origin_run_id IS NOT NULL))),
    CONSTRAINT backtest_run_currency_is_named CHECK ((currency ~ '\S'::text)),
    CONSTRAINT backtest_run_currency_is_short_and_plain CHECK (((length(currency) <= 50) AND (currency !~ '[\u0001-\u001f\u007f-\u009f]'::text))),
    CONSTRAINT backtest_run_data_range_is_ordered CHECK ((data_start <= data_end)),
    CONSTRAINT backtest_run_data_source_is_known CHECK ((data_source = ANY (ARRAY['csv'::text, 'catalog'::text, 'ibkr'::text, 'mock'::text, 'memory'::text]))),
    CONSTRAINT backtest_run_data_years_have_four_digits CHECK (((data_start >= '1000-01-01 00:00:00+00'::timestamp with time zone) AND (data_start < '9999-01-01 00:00:00+00'::timestamp with time zone) AND (data_end >= '1000-01-01 00:00:00+00'::timestamp with time zone) AND (data_end < '9999-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT backtest_run_documents_are_objects CHECK (((jsonb_typeof(parameters) = 'object'::text) AND (jsonb_typeof(snapshot) = 'object'::text) AND (COALESCE(jsonb_typeof(environment), 'object'::text) = 'object'::text) AND (COALESCE(jsonb_typeof(changes), 'object'::text) = 'object'::text) AND (COALESCE(jsonb_typeof(engine_figures), 'object'::text) = 'object'::text))),
    CONSTRAINT backtest_run_duration_is_in_range CHECK (((duration_seconds >= (0)::numeric) AND (duration_seconds < '1000000000000'::numeric))),
    CONSTRAINT backtest_run_duration_is_known CHECK (((duration_seconds IS NOT NULL) OR (status = 'interrupted'::text))),
    CONSTRAINT backtest_run_failure_has_error CHECK (((status <> 'failure'::text) OR ((error_type IS NOT NULL) AND (error_message IS NOT NULL)))),
    CONSTRAINT backtest_run_id_carries_start CHECK ((btsql.run_id_milliseconds(run_id) = btsql.epoch_milliseconds(started_at))),
    CONSTRAINT backtest_run_id_is_version_7 CHECK (((SUBSTRING((run_id)::text FROM 15 FOR 1) = '7'::text) AND (SUBSTRING((run_id)::text FROM 20 FOR 1) = ANY (ARRAY['8'::text, '9'::text, 'a'::text, 'b'::text])))),
    CONSTRAINT backtest_run_instrument_ids_are_short CHECK ((NOT jsonb_path_exists(to_jsonb(instruments), '$[*]?(@ like_regex "^.{201}" flag "s")'::jsonpath))),
    CONSTRAINT backtest_run_instruments_are_named CHECK (((cardinality(instruments) > 0) AND (array_ndims(instruments) = 1) AND (array_position(instruments, NULL::text) IS NULL) AND (array_position(instruments, ''::text) IS NULL))),
    CONSTRAINT backtest_run_names_are_short CHECK (((length(strategy_type) <= 200) AND (length(strategy_name) <= 200))),
    CONSTRAINT backtest_run_origin_is_another_run CHECK ((origin_run_id <> run_id)),
    CONSTRAINT backtest_run_replacement_is_final CHECK (((replaced_interrupted_at IS NULL) OR (error_type IS DISTINCT FROM 'process_gone'::text))),
    CONSTRAINT backtest_run_start_is_in_range CHECK (((started_at >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (started_at < '9999-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT backtest_run_status_is_final CHECK ((status = ANY (ARRAY['success'::text, 'failure'::text, 'interrupted'::text]))),
    CONSTRAINT backtest_run_strategy_is_named CHECK (((strategy_type ~ '\S'::text) AND (strategy_name ~ '\S'::text))),
    CONSTRAINT backtest_run_strategy_path_is_importable CHECK ((strategy_path ~ '^[^\s:]+:\S+$'::text)),
    CONSTRAINT backtest_run_success_has_no_error CHECK (((status <> 'success'::text) OR (num_nonnulls(error_type, error_message, error_traceback) = 0))),
    CONSTRAINT backtest_run_success_is_complete CHECK (((status <> 'success'::text) OR ((instruments IS NOT NULL) AND (data_start IS NOT NULL) AND (data_end IS NOT NULL) AND (initial_capital IS NOT NULL) AND (currency IS NOT NULL) AND (data_source IS NOT NULL))))
);
-- Name: TABLE backtest_run; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TABLE btsql.backtest_run IS 'One row for each finished backtest, never changed once recorded, with one exception: when a run was recorded as interrupted but then finished after all, record_run() replaces the row with the real result.';
-- Name: COLUMN backtest_run.run_id; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.run_id IS 'UUID version 7; its milliseconds are those of started_at.';
-- Name: COLUMN backtest_run.started_at; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.started_at IS 'When the execution began; from 1970 to 9998.';
-- Name: COLUMN backtest_run.duration_seconds; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.duration_seconds IS 'Wall time of the execution, in seconds; below 1e12.';
-- Name: COLUMN backtest_run.status; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.status IS 'How the run ended: success, failure or interrupted.';
-- Name: COLUMN backtest_run.strategy_type; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.strategy_type IS 'The kind of strategy: a built-in name such as sma_crossover, or the class name of a user''s strategy.';
-- Name: COLUMN backtest_run.strategy_name; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.strategy_name IS 'The user''s label, by default the type. Not part of the identity.';
-- Name: COLUMN backtest_run.strategy_path; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.strategy_path IS 'Import path of the strategy''s class, package.module:Class.';
-- Name: COLUMN backtest_run.parameters; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.parameters IS 'The strategy''s parameters with all default values filled in, without labels; they identify the configuration, together with strategy_path.';
-- Name: COLUMN backtest_run.instruments; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.instruments IS 'Instrument ids that were traded or subscribed to, of 200 characters at most.';
-- Name: COLUMN backtest_run.data_start; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.data_start IS 'First instant of the data that was requested; from the year 1000 to 9998.';
-- Name: COLUMN backtest_run.data_end; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.data_end IS 'Last instant of the data that was requested; from the year 1000 to 9998.';
-- Name: COLUMN backtest_run.initial_capital; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.initial_capital IS 'Opening balance of the account that the returns are measured in, in the run''s currency; above 0 and below 1e30.';
-- Name: COLUMN backtest_run.currency; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.currency IS 'Currency code of every amount of money of this run; up to 50 characters, no control characters.';
-- Name: COLUMN backtest_run.data_source; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.data_source IS 'Where the market data came from: csv, catalog, ibkr, mock, or memory (objects handed to the engine).';
-- Name: COLUMN backtest_run.snapshot; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.snapshot IS 'Everything needed to build the run again, and what could not be captured.';
-- Name: COLUMN backtest_run.environment; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.environment IS 'What the run was executed with: versions, platform, host.';
-- Name: COLUMN backtest_run.error_type; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.error_type IS 'Class of the exception that ended the run, or stopped_early when the engine stopped by itself.';
-- Name: COLUMN backtest_run.error_message; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.error_message IS 'Message of the exception that ended the run.';
-- Name: COLUMN backtest_run.error_traceback; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.error_traceback IS 'Full traceback of the exception that ended the run.';
-- Name: COLUMN backtest_run.origin_run_id; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.origin_run_id IS 'The run that this one reproduces or varies. It is kept even if that run is not recorded here, or was deleted.';
-- Name: COLUMN backtest_run.changes; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.changes IS 'What was changed against the origin; NULL for a plain reproduction.';
-- Name: COLUMN backtest_run.engine_figures; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.engine_figures IS 'The engine''s own statistics, unchanged; not comparable across engine versions. For a failure, the engine''s counts, which show how far it had come.';
-- Name: COLUMN backtest_run.replaced_interrupted_at; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.replaced_interrupted_at IS 'If this row replaced one that was recorded as interrupted: when that one had been recorded.';
-- Name: COLUMN backtest_run.recorded_at; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.recorded_at IS 'Time of the transaction that recorded the run, set by a trigger; the child rows carry the same time.';
-- Name: COLUMN backtest_run.record_digest; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.record_digest IS 'SHA-256 over the whole record, 64 hexadecimal digits (see record_digest).';
-- Name: COLUMN backtest_run.config_hash; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.backtest_run.config_hash IS 'SHA-256 over strategy path and parameters, 64 hexadecimal digits (see run_config_hash).';
-- Name: performance_metrics; Type: TABLE; Schema: btsql; Owner: -
CREATE TABLE btsql.performance_metrics (
    run_id uuid NOT NULL,
    recorded_at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    status text DEFAULT 'success'::text NOT NULL,
    strategy_type text NOT NULL,
    total_return double precision,
    cagr double precision,
    annualized_return double precision,
    sharpe_ratio double precision,
    sortino_ratio double precision,
    max_drawdown double precision,
    volatility double precision,
    total_trades integer,
    winning_trades integer,
    losing_trades integer,
    win_rate double precision,
    profit_factor double precision,
    average_win double precision,
    average_loss double precision,
    final_equity double precision,
    net_profit double precision,
    periods_per_year integer,
    CONSTRAINT performance_metrics_annualized_return_in_range CHECK (((annualized_return >= ('-1'::integer)::double precision) AND (annualized_return <= (100)::double precision))),
    CONSTRAINT performance_metrics_average_loss_in_range CHECK (((average_loss <= (0)::double precision) AND (average_loss > '-Infinity'::double precision))),
    CONSTRAINT performance_metrics_average_win_in_range CHECK (((average_win >= (0)::double precision) AND (average_win < 'Infinity'::double precision))),
    CONSTRAINT performance_metrics_cagr_in_range CHECK (((cagr >= ('-1'::integer)::double precision) AND (cagr <= (100)::double precision))),
    CONSTRAINT performance_metrics_final_equity_in_range CHECK (((final_equity > '-Infinity'::double precision) AND (final_equity < 'Infinity'::double precision))),
    CONSTRAINT performance_metrics_losing_trades_in_range CHECK ((losing_trades >= 0)),
    CONSTRAINT performance_metrics_max_drawdown_in_range CHECK (((max_drawdown >= ('-1'::integer)::double precision) AND (max_drawdown <= (0)::double precision))),
    CONSTRAINT performance_metrics_net_profit_in_range CHECK (((net_profit > '-Infinity'::double precision) AND (net_profit < 'Infinity'::double precision))),
    CONSTRAINT performance_metrics_periods_per_year_is_known CHECK ((periods_per_year = ANY (ARRAY[252, 365]))),
    CONSTRAINT performance_metrics_profit_factor_in_range CHECK (((profit_factor >= (0)::double precision) AND (profit_factor <= (1000000)::double precision))),
    CONSTRAINT performance_metrics_run_is_a_success CHECK ((status = 'success'::text)),
    CONSTRAINT performance_metrics_sharpe_ratio_in_range CHECK (((sharpe_ratio >= ('-10'::integer)::double precision) AND (sharpe_ratio <= (10)::double precision))),
    CONSTRAINT performance_metrics_sortino_ratio_in_range CHECK (((sortino_ratio >= ('-100'::integer)::double precision) AND (sortino_ratio <= (100)::double precision))),
    CONSTRAINT performance_metrics_total_return_in_range CHECK (((total_return >= ('-1'::integer)::double precision) AND (total_return <= (100)::double precision))),
    CONSTRAINT performance_metrics_total_trades_in_range CHECK ((total_trades >= 0)),
    CONSTRAINT performance_metrics_trades_add_up CHECK (((winning_trades + losing_trades) <= total_trades)),
    CONSTRAINT performance_metrics_volatility_in_range CHECK (((volatility >= (0)::double precision) AND (volatility <= (100)::double precision))),
    CONSTRAINT performance_metrics_win_rate_in_range CHECK (((win_rate >= (0)::double precision) AND (win_rate <= (1)::double precision))),
    CONSTRAINT performance_metrics_win_rate_is_wins_of_total CHECK ((abs(((win_rate * (total_trades)::double precision) - (winning_trades)::double precision)) <= ((0.000001 * (GREATEST(total_trades, 1))::numeric))::double precision)),
    CONSTRAINT performance_metrics_winning_trades_in_range CHECK ((winning_trades >= 0))
);
-- Name: TABLE performance_metrics; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TABLE btsql.performance_metrics IS 'The metrics of a successful run, one row for each run, never changed. NULL means undefined or rejected: rejected_metric has the reason. Returns, drawdown, volatility and win rate are fractions (0.05 is 5 %).';
-- Name: COLUMN performance_metrics.run_id; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.performance_metrics.run_id IS 'The run that these metrics belong to.';
-- Name: COLUMN performance_metrics.recorded_at; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.performance_metrics.recorded_at IS 'Time of the recording transaction, as in the run itself.';
-- Name: COLUMN performance_metrics.status; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.performance_metrics.status IS 'Always success: the foreign key allows metrics for no other run.';
-- Name: COLUMN performance_metrics.strategy_type; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.performance_metrics.strategy_type IS 'Copy of the run''s strategy_type, kept equal by the foreign key; rankings within a type read only this table.';
-- Name: COLUMN performance_metrics.total_return; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.performance_metrics.total_return IS 'Final equity / opening balance - 1; a fraction.';
-- Name: COLUMN performance_metrics.cagr; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.performance_metrics.cagr IS 'Compound annual growth rate over calendar days; a fraction a year.';
-- Name: COLUMN performance_metrics.annualized_return; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.performance_metrics.annualized_return IS 'Total return compounded over periods_per_year trading days; a fraction a year.';
-- Name: COLUMN performance_metrics.sharpe_ratio; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.performance_metrics.sharpe_ratio IS 'Annualised mean of the daily returns / their standard deviation, risk-free rate 0; a ratio.';
-- Name: COLUMN performance_metrics.sortino_ratio; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.performance_metrics.sortino_ratio IS 'Annualised mean of the daily returns / their downside deviation, target 0; a ratio.';
-- Name: COLUMN performance_metrics.max_drawdown; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.performance_metrics.max_drawdown IS 'Deepest fall of daily equity from its running maximum; a fraction, zero or negative.';
-- Name: COLUMN performance_metrics.volatility; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.performance_metrics.volatility IS 'Annualised standard deviation of daily returns; a fraction.';
-- Name: COLUMN performance_metrics.total_trades; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.performance_metrics.total_trades IS 'Finished trades, each from no position back to no position; a count.';
-- Name: COLUMN performance_metrics.winning_trades; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.performance_metrics.winning_trades IS 'Trades with a profit after costs; a count.';
-- Name: COLUMN performance_metrics.losing_trades; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.performance_metrics.losing_trades IS 'Trades with a loss after costs; a count.';
-- Name: COLUMN performance_metrics.win_rate; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.performance_metrics.win_rate IS 'winning_trades / total_trades; a fraction.';
-- Name: COLUMN performance_metrics.profit_factor; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.performance_metrics.profit_factor IS 'Gross profit / gross loss; a ratio.';
-- Name: COLUMN performance_metrics.average_win; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.performance_metrics.average_win IS 'Mean profit of the winning trades; in the run''s currency.';
-- Name: COLUMN performance_metrics.average_loss; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.performance_metrics.average_loss IS 'Mean loss of the losing trades, zero or negative; in the run''s currency.';
-- Name: COLUMN performance_metrics.final_equity; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.performance_metrics.final_equity IS 'Equity at the end, open positions marked to market; in the run''s currency.';
-- Name: COLUMN performance_metrics.net_profit; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.performance_metrics.net_profit IS 'Final equity - opening balance; in the run''s currency.';
-- Name: COLUMN performance_metrics.periods_per_year; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.performance_metrics.periods_per_year IS 'Trading days a year that the annualised figures assume: 252, or 365 for markets that trade at weekends.';
-- Name: record_digest(btsql.backtest_run, btsql.performance_metrics, jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.record_digest(run btsql.backtest_run, metrics btsql.performance_metrics, rejected_metrics jsonb) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    SET extra_float_digits TO '1'
    AS $$
DECLARE
    document jsonb := to_jsonb(record_digest.run)
        - '{recorded_at,record_digest,config_hash,replaced_interrupted_at}'::text[]
        || jsonb_build_object(
            'metrics', to_jsonb(record_digest.metrics) - '{run_id,recorded_at,status,strategy_type}'::text[],
            'rejected_metrics', record_digest.rejected_metrics);
BEGIN
    -- A column added later is null in older runs, and must not change their digest.
    RETURN config_hash((SELECT jsonb_object_agg(part.key, part.value)
                          FROM jsonb_each(document || jsonb_build_object(
                                   'metrics', jsonb_strip_nulls(document -> 'metrics'))) AS part
                         WHERE part.value <> 'null'));
END;
$$;
-- Name: FUNCTION record_digest(run btsql.backtest_run, metrics btsql.performance_metrics, rejected_metrics jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.record_digest(run btsql.backtest_run, metrics btsql.performance_metrics, rejected_metrics jsonb) IS 'SHA-256 (64 hexadecimal digits) over everything in a record: the run, its metrics (NULL for none) and its rejected metrics ({metric: {reported_value, reason}} or NULL). Values that the database itself adds are left out.';
-- Name: record_interrupted(uuid, text); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.record_interrupted(run_id uuid, reason text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'btsql', 'pg_temp'
    SET lock_timeout TO '5s'
    AS $$
DECLARE
    start_record jsonb;
BEGIN
    IF NOT pg_try_advisory_xact_lock(run_lock_key(record_interrupted.run_id)) THEN
        RAISE EXCEPTION 'run % is not interrupted: a session holds its lock', record_interrupted.run_id
            USING ERRCODE = 'object_in_use', HINT = 'End its process first, or wait until it has ended.';
    END IF;
    -- First the start record, then the run, as in record_run(): two that meet here wait for each other in one order.
    DELETE FROM run_in_progress AS started
     WHERE started.run_id = record_interrupted.run_id
    RETURNING started.record
         INTO start_record;
    IF NOT FOUND OR EXISTS (SELECT FROM backtest_run AS run WHERE run.run_id = record_interrupted.run_id) THEN
        RETURN false;
    END IF;
    PERFORM record_run(start_record || jsonb_build_object(
        'error', jsonb_build_object('type', 'process_gone', 'message', record_interrupted.reason)));
    RETURN true;
END;
$$;
-- Name: FUNCTION record_interrupted(run_id uuid, reason text); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.record_interrupted(run_id uuid, reason text) IS 'Records a started run as interrupted and removes its start record; true when this call did so, false when the run is already recorded or unknown. The caller must know that the process of the run has ended. If it has not, the run''s own record later replaces this one. reason: becomes the message of the error. Raises object_in_use while a session holds the lock of the run.';
-- Name: record_key(); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.record_key() RETURNS TABLE(part text, key text, types text[], required_for text[])
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
 SELECT definition.part,
     definition.key,
     (definition.types)::text[] AS types,
     (definition.required_for)::text[] AS required_for
    FROM ( VALUES ('record'::text,'run_id'::text,'{string}'::text,'{}'::text), ('record'::text,'started_at'::text,'{string}'::text,'{success,failure,interrupted}'::text), ('record'::text,'duration_seconds'::text,'{number}'::text,'{success,failure}'::text), ('record'::text,'status'::text,'{string}'::text,'{success,failure,interrupted}'::text), ('record'::text,'strategy_type'::text,'{string}'::text,'{success,failure,interrupted}'::text), ('record'::text,'strategy_name'::text,'{string}'::text,'{}'::text), ('record'::text,'strategy_path'::text,'{string}'::text,'{success,failure,interrupted}'::text), ('record'::text,'parameters'::text,'{object}'::text,'{success,failure,interrupted}'::text), ('record'::text,'instruments'::text,'{array}'::text,'{success}'::text), ('record'::text,'data_start'::text,'{string}'::text,'{success}'::text), ('record'::text,'data_end'::text,'{string}'::text,'{success}'::text), ('record'::text,'initial_capital'::text,'{number}'::text,'{success}'::text), ('record'::text,'currency'::text,'{string}'::text,'{success}'::text), ('record'::text,'data_source'::text,'{string}'::text,'{success}'::text), ('record'::text,'snapshot'::text,'{object}'::text,'{success,failure,interrupted}'::text), ('record'::text,'environment'::text,'{object}'::text,'{}'::text), ('record'::text,'error'::text,'{object}'::text,'{failure}'::text), ('record'::text,'origin_run_id'::text,'{string}'::text,'{}'::text), ('record'::text,'changes'::text,'{object}'::text,'{}'::text), ('record'::text,'metrics'::text,'{object}'::text,'{success}'::text), ('record'::text,'undefined_metrics'::text,'{object}'::text,'{}'::text), ('record'::text,'engine_figures'::text,'{object}'::text,'{}'::text), ('error'::text,'type'::text,'{string}'::text,'{failure,interrupted}'::text), ('error'::text,'message'::text,'{string}'::text,'{failure,interrupted}'::text), ('error'::text,'traceback'::text,'{string}'::text,'{}'::text)) definition(part, key, types, required_for);
END;
-- Name: FUNCTION record_key(); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.record_key() IS 'The keys of a record document (format 1) and of its error object: the JSON types each may have, and the statuses that require it. A key that is not required may also be null.';
-- Name: record_run(jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.record_run(record jsonb) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'btsql', 'pg_temp'
    SET lock_timeout TO '10s'
    AS $$
DECLARE
    run        backtest_run;
    metrics    performance_metrics;
    accepted   jsonb;
    rejected   jsonb;
    is_written boolean;
    locked_by  integer;
BEGIN
    PERFORM check_record(record_run.record);
    run := run_of(record_run.record);
    IF run.status = 'success' THEN
        SELECT jsonb_object_agg(judged.metric, judged.accepted) FILTER (WHERE judged.reason IS NULL),
               jsonb_object_agg(judged.metric, jsonb_build_object(
                   'reported_value', judged.reported_value, 'reason', judged.reason))
                   FILTER (WHERE judged.reason IS NOT NULL)
          INTO accepted, rejected
          FROM judge_metrics(record_run.record -> 'metrics', record_run.record -> 'undefined_metrics') AS judged;
        metrics := jsonb_populate_record(NULL::performance_metrics, coalesce(accepted, '{}'));
        metrics.run_id := run.run_id;
        metrics.strategy_type := run.strategy_type;
    END IF;
    run.record_digest := record_digest(run, metrics, rejected);
    -- Before the run itself, as in record_interrupted(): two that meet here wait for each other in one order.
    DELETE FROM run_in_progress AS started
     WHERE started.run_id = run.run_id
    RETURNING started.backend_pid
         INTO locked_by;
    -- In a statement of its own: in an AND, the planner may drop the call when the other side is known to be false.
    is_written := write_run(run);
    IF is_written THEN
        PERFORM write_parameters(run.run_id, run.parameters);
        IF run.status = 'success' THEN
            PERFORM write_metrics(metrics, rejected);
        END IF;
    END IF;
    IF locked_by = pg_backend_pid() THEN
        PERFORM pg_advisory_unlock(run_lock_key(run.run_id));
    END IF;
    RETURN run.run_id;
END;
$$;
-- Name: FUNCTION record_run(record jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.record_run(record jsonb) IS 'Saves one finished backtest, completely or not at all, removes its start record, and returns its run id. record: a record document, format 1 (see record_key). A metric that is not finite or out of range becomes NULL, with the reason in rejected_metric. Sending the same record again under the same run_id changes nothing. Raises invalid_parameter_value, invalid_datetime_format, datetime_field_overflow, invalid_text_representation naming the key; unique_violation (backtest_run_content_is_final) for other content under a known id; check_violation naming the broken rule.';
-- Name: recorded_names(text, text[]); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.recorded_names(kind text, wanted text[] DEFAULT '{}'::text[]) RETURNS SETOF text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
DECLARE
    newest CONSTANT integer := 1000;
BEGIN
    CASE recorded_names.kind
        WHEN 'strategy_name' THEN
            RETURN QUERY
            SELECT run.strategy_name
              FROM (SELECT each.strategy_name FROM backtest_run AS each ORDER BY each.run_id DESC LIMIT newest) AS run
             UNION
            SELECT asked.name
              FROM unnest(wanted) AS asked (name)
             WHERE EXISTS (SELECT FROM backtest_run AS run WHERE run.strategy_name = asked.name);
        WHEN 'strategy_type' THEN
            RETURN QUERY
            SELECT run.strategy_type
              FROM (SELECT each.strategy_type FROM backtest_run AS each ORDER BY each.run_id DESC LIMIT newest) AS run
             UNION
            SELECT asked.name
              FROM unnest(wanted) AS asked (name)
             WHERE EXISTS (SELECT FROM backtest_run AS run WHERE run.strategy_type = asked.name);
        WHEN 'instrument' THEN
            RETURN QUERY
            SELECT unnest(run.instruments)
              FROM (SELECT each.instruments FROM backtest_run AS each ORDER BY each.run_id DESC LIMIT newest) AS run
             UNION
            SELECT asked.name
              FROM unnest(wanted) AS asked (name)
             WHERE EXISTS (SELECT FROM backtest_run AS run WHERE run.instruments @> ARRAY[asked.name]);
        WHEN 'parameter' THEN
            RETURN QUERY
            SELECT jsonb_object_keys(run.parameters)
              FROM (SELECT each.parameters FROM backtest_run AS each ORDER BY each.run_id DESC LIMIT newest) AS run
             UNION
            SELECT asked.name
              FROM unnest(wanted) AS asked (name)
             WHERE EXISTS (SELECT FROM run_parameter AS parameter WHERE parameter.name = asked.name);
        WHEN 'tag' THEN
            RETURN QUERY
            SELECT annotation.content
              FROM (SELECT each.kind, each.content
                      FROM run_annotation AS each
                     ORDER BY each.run_id DESC, each.annotation_id DESC
                     LIMIT newest) AS annotation
             WHERE annotation.kind = 'tag'
             UNION
            SELECT asked.name
              FROM unnest(wanted) AS asked (name)
             WHERE EXISTS (SELECT FROM run_annotation AS annotation
                            WHERE annotation.kind = 'tag' AND annotation.content = asked.name);
        ELSE
            RAISE EXCEPTION 'runs have no names of the kind "%"', left(recorded_names.kind, 100)
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = 'There are: strategy_name, strategy_type, instrument, parameter, tag.';
    END CASE;
END;
$$;
-- Name: FUNCTION recorded_names(kind text, wanted text[]); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.recorded_names(kind text, wanted text[]) IS 'Names that runs have, for who may have mistyped one: those of the newest 1000 runs and, of the wanted ones, those that any run has. kind: strategy_name, strategy_type, instrument, parameter (of older runs only names of at most 200 characters) or tag (of the newest 1000 notes and tags). Raises invalid_parameter_value for any other.';
-- Name: refuse_change(); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION '% of %.% is refused: what is recorded is never changed', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
              HINT = 'Record a new run instead; a whole run may be deleted.';
END;
$$;
-- Name: FUNCTION refuse_change(); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.refuse_change() IS 'Trigger function: refuses the statement. Raises restrict_violation, with the trigger''s name as the constraint.';
-- Name: refuse_direct_delete(); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.refuse_direct_delete() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
BEGIN
    -- A cascade runs inside the trigger of its foreign key, a DELETE that names this table does not.
    IF pg_trigger_depth() > 1 THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'DELETE from %.% is refused: these rows go only with their run', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
              HINT = 'Delete the whole run instead.';
END;
$$;
-- Name: FUNCTION refuse_direct_delete(); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.refuse_direct_delete() IS 'Trigger function: child rows can only be deleted together with their run, by the cascade. Raises restrict_violation, with the trigger''s name as the constraint.';
-- Name: refuse_invented_replacement(); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.refuse_invented_replacement() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
BEGIN
    IF NEW.replaced_interrupted_at IS NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a new row of %.% replaces none', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
              HINT = 'Leave replaced_interrupted_at out: record_run() sets it when it replaces a run called interrupted.';
END;
$$;
-- Name: FUNCTION refuse_invented_replacement(); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.refuse_invented_replacement() IS 'Trigger function: refuses a new run that claims to have replaced an interrupted one. Raises restrict_violation, with the trigger''s name as the constraint.';
-- Name: refuse_update_of_final_run(); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.refuse_update_of_final_run() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
BEGIN
    -- started_at may change within the millisecond that the id holds: the final record may have a more exact time.
    IF OLD.status = 'interrupted'
       AND OLD.error_type = 'process_gone'
       AND NEW.error_type IS DISTINCT FROM 'process_gone'
       AND NEW.run_id = OLD.run_id
       AND NEW.replaced_interrupted_at IS NOT DISTINCT FROM OLD.recorded_at THEN
        NEW.recorded_at := transaction_timestamp();
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'UPDATE of %.% is refused: what is recorded is never changed', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
              HINT = 'Record a new run instead; a whole run may be deleted.';
END;
$$;
-- Name: FUNCTION refuse_update_of_final_run(); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.refuse_update_of_final_run() IS 'Trigger function: a run is never updated, with one exception that record_run() uses: a run that was recorded as interrupted because its process was gone is replaced by its own final record, and the row then says when the replaced one had been recorded. Raises restrict_violation, with the trigger''s name as the constraint.';
-- Name: relative_difference(jsonb, jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.relative_difference(one jsonb, other jsonb) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN ((jsonb_typeof(one) = 'number'::text) AND (jsonb_typeof(other) = 'number'::text)) THEN COALESCE((abs((((one)::numeric * 0.5) - ((other)::numeric * 0.5))) / NULLIF((GREATEST(abs((one)::numeric), abs((other)::numeric)) * 0.5), (0)::numeric)), (0)::numeric)
             ELSE (2)::numeric
         END AS "case";
END;
-- Name: FUNCTION relative_difference(one jsonb, other jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.relative_difference(one jsonb, other jsonb) IS 'How far apart two values of a parameter are: for two numbers, their difference divided by the larger absolute value, from 0 to 2; for anything else 2.';
-- Name: reproduction_reasons(jsonb, jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.reproduction_reasons(original jsonb, reproduction jsonb) RETURNS TABLE(rank integer, field text, original_value text, reproduced_value text, is_circumstance boolean, note text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
 WITH both_runs AS (
          SELECT reproduction_reasons.original AS one,
             reproduction_reasons.reproduction AS other,
             (reproduction_reasons.original -> 'environment'::text) AS before,
             (reproduction_reasons.reproduction -> 'environment'::text) AS after,
             (reproduction_reasons.original -> 'snapshot'::text) AS built,
             (reproduction_reasons.reproduction -> 'snapshot'::text) AS rebuilt,
             COALESCE((reproduction_reasons.reproduction -> 'changes'::text), '{}'::jsonb) AS changes
         ), compared(rank, field, one, other, applies, is_circumstance, note) AS (
          SELECT 1 AS "?column?",
             'data'::text AS "?column?",
             (both_runs.before -> 'data_fingerprint'::text) AS "?column?",
             (both_runs.after -> 'data_fingerprint'::text) AS "?column?",
             ((both_runs.before ->> 'data_fingerprint'::text) <> (both_runs.after ->> 'data_fingerprint'::text)) AS "?column?",
             (NOT (both_runs.changes ?| ARRAY['data'::text, 'start'::text, 'end'::text])) AS "?column?",
             'the market data is not the same'::text AS "?column?"
            FROM both_runs
         UNION ALL
          SELECT 2,
             'data file'::text,
             hashed.one,
             hashed.other,
             true,
             (NOT (both_runs.changes ? 'data'::text)),
             'a file of the market data is not the same'::text
            FROM (both_runs
              CROSS JOIN LATERAL ( SELECT (one_file.value -> 'sha256'::text) AS one,
                     (other_file.value -> 'sha256'::text) AS other
                    FROM (jsonb_path_query(both_runs.built, '$."data"[*]'::jsonpath) WITH ORDINALITY one_file(value, place)
                      JOIN jsonb_path_query(both_runs.rebuilt, '$."data"[*]'::jsonpath) WITH ORDINALITY other_file(value, place) ON ((other_file.place = one_file.place)))
                   WHERE ((one_file.value -> 'sha256'::text) <> (other_file.value -> 'sha256'::text))) hashed)
           WHERE ((((both_runs.before ->> 'data_fingerprint'::text) <> (both_runs.after ->> 'data_fingerprint'::text)) IS NOT TRUE) OR (both_runs.changes ?| ARRAY['start'::text, 'end'::text]))
         UNION ALL
          SELECT 2,
             'data not compared'::text,
             (both_runs.before -> 'data_fingerprint_covers'::text),
             (both_runs.after -> 'data_fingerprint_covers'::text),
             true,
             true,
             'only these parts of the market data are known to be the same'::text
            FROM both_runs
           WHERE (((both_runs.before ->> 'data_fingerprint'::text) = (both_runs.after ->> 'data_fingerprint'::text)) AND (both_runs.after ? 'data_fingerprint_covers'::text) AND (btsql.is_same_data(both_runs.one, both_runs.other) IS NULL))
         UNION ALL
          SELECT 2,
             'data source'::text,
             (both_runs.built -> 'data'::text),
             (both_runs.rebuilt -> 'data'::text),
             ((((both_runs.before ->> 'data_fingerprint'::text) = (both_runs.after ->> 'data_fingerprint'::text)) IS NOT TRUE) AND (((both_runs.before ->> 'data_fingerprint'::text) <> (both_runs.after ->> 'data_fingerprint'::text)) IS NOT TRUE) AND (btsql.is_same_data(both_runs.one, both_runs.other) IS NOT TRUE) AND ((both_runs.built -> 'data'::text) IS DISTINCT FROM (both_runs.rebuilt -> 'data'::text))),
             (NOT (both_runs.changes ?| ARRAY['data'::text, 'start'::text, 'end'::text])),
             'whether the market data is the same is not known: it is described otherwise'::text
            FROM both_runs
         UNION ALL
          SELECT 3,
             ('instrument '::text || pair.id),
             ( SELECT jsonb_object_agg(setting.key, (setting.value -> 'wanted'::text)) AS jsonb_object_agg
                    FROM jsonb_each(pair.differences) setting(key, value)
                   WHERE (setting.value ? 'wanted'::text)) AS jsonb_object_agg,
             ( SELECT jsonb_object_agg(setting.key, (setting.value -> 'recorded'::text)) AS jsonb_object_agg
                    FROM jsonb_each(pair.differences) setting(key, value)
                   WHERE (setting.value ? 'recorded'::text)) AS jsonb_object_agg,
             (pair.differences <> '{}'::jsonb),
             (NOT (both_runs.changes ? 'data'::text)),
             'the definition of an instrument is not the same'::text
            FROM (both_runs
              CROSS JOIN LATERAL ( SELECT COALESCE((one_item.value ->> 'id'::text), (other_item.value ->> 'id'::text), ''::text) AS id,
                     btsql.json_differences(btsql.instrument_definition(one_item.value), btsql.instrument_definition(other_item.value)) AS differences
                    FROM (jsonb_path_query(both_runs.built, '$."instruments"[*]?(@.type() == "object")'::jsonpath) one_item(value)
                      FULL JOIN jsonb_path_query(both_runs.rebuilt, '$."instruments"[*]?(@.type() == "object")'::jsonpath) other_item(value) ON (((other_item.value ->> 'id'::text) = (one_item.value ->> 'id'::text))))) pair)
         UNION ALL
          SELECT 4,
             'engine version'::text,
             (both_runs.before -> 'nautilus_trader'::text),
             (both_runs.after -> 'nautilus_trader'::text),
             ((both_runs.before ->> 'nautilus_trader'::text) <> (both_runs.after ->> 'nautilus_trader'::text)),
             true,
             'it may fill, charge and stop otherwise, so that every metric may differ; the engine''s own figures are defined otherwise and are not compared'::text
            FROM both_runs
         UNION ALL
          SELECT 5,
             'random fills'::text,
             NULL::jsonb,
             NULL::jsonb,
             ((NOT (both_runs.built ? 'random_state'::text)) AND jsonb_path_exists(jsonb_build_array((both_runs.built -> 'venues'::text), ((both_runs.built -> 'run_config'::text) -> 'venues'::text)), '$[*][*]."fill_model".**?((@."prob_slippage" > 0 || @."prob_fill_on_limit" < 1) || @."prob_fill_on_stop" < 1)?(!(exists (@."random_seed"?(@ != null))))'::jsonpath)),
             true,
             'orders are filled by chance, and the random numbers had no seed'::text
            FROM both_runs
         UNION ALL
          SELECT 6,
             'strategy source'::text,
             (both_runs.before -> 'source_digest'::text),
             (both_runs.after -> 'source_digest'::text),
             ((both_runs.before -> 'source_digest'::text) <> (both_runs.after -> 'source_digest'::text)),
             true,
             'the code of the strategy has changed'::text
            FROM both_runs
         UNION ALL
          SELECT 7,
             'strategy'::text,
             (both_runs.one -> 'strategy_path'::text),
             (both_runs.other -> 'strategy_path'::text),
             ((both_runs.one -> 'strategy_path'::text) <> (both_runs.other -> 'strategy_path'::text)),
             true,
             'another strategy'::text
            FROM both_runs
         UNION ALL
          SELECT 8,
             ('parameter '::text || changed.key),
             (changed.value -> 'wanted'::text),
             (changed.value -> 'recorded'::text),
             true,
             (NOT (both_runs.changes ? (
                 CASE
                     WHEN (changed.key = ANY (ARRAY['start'::text, 'end'::text, 'data'::text, 'capital'::text])) THEN 'param.'::text
                     ELSE ''::text
                 END || changed.key))),
             'the strategy was configured otherwise'::text
            FROM (both_runs
              CROSS JOIN LATERAL jsonb_each(btsql.json_differences((both_runs.one -> 'parameters'::text), (both_runs.other -> 'parameters'::text))) changed(key, value))
         UNION ALL
          SELECT 9,
             ('venue '::text || COALESCE((pair.one ->> 'venue'::text), (pair.other ->> 'venue'::text), (pair.place)::text)),
             ( SELECT jsonb_object_agg(setting.key, (setting.value -> 'wanted'::text)) AS jsonb_object_agg
                    FROM jsonb_each(pair.differences) setting(key, value)
                   WHERE (setting.value ? 'wanted'::text)) AS jsonb_object_agg,
             ( SELECT jsonb_object_agg(setting.key, (setting.value -> 'recorded'::text)) AS jsonb_object_agg
                    FROM jsonb_each(pair.differences) setting(key, value)
                   WHERE (setting.value ? 'recorded'::text)) AS jsonb_object_agg,
             (pair.differences <> '{}'::jsonb),
             ((NOT (both_runs.changes ? 'capital'::text)) OR ((pair.differences - 'starting_balances'::text) <> '{}'::jsonb)),
             'these settings of the venue are not the same'::text
            FROM (both_runs
              CROSS JOIN LATERAL ( SELECT one_venue.value AS one,
                     other_venue.value AS other,
                     COALESCE(one_venue.place, other_venue.place) AS place,
                     btsql.json_differences(one_venue.value, other_venue.value) AS differences
                    FROM (jsonb_path_query(both_runs.built, '$."venues"[*]?(@.type() == "object")'::jsonpath) WITH ORDINALITY one_venue(value, place)
                      FULL JOIN jsonb_path_query(both_runs.rebuilt, '$."venues"[*]?(@.type() == "object")'::jsonpath) WITH ORDINALITY other_venue(value, place) ON ((COALESCE((other_venue.value ->> 'venue'::text), (other_venue.place)::text) = COALESCE((one_venue.value ->> 'venue'::text), (one_venue.place)::text))))) pair)
         UNION ALL
          SELECT 10,
             'early end'::text,
             COALESCE(NULLIF((both_runs.one -> 'error_type'::text), 'null'::jsonb), (both_runs.one -> 'status'::text)) AS "coalesce",
             COALESCE(NULLIF((both_runs.other -> 'error_type'::text), 'null'::jsonb), (both_runs.other -> 'status'::text)) AS "coalesce",
             ((('interrupted'::text = (both_runs.one ->> 'status'::text)) OR ('interrupted'::text = (both_runs.other ->> 'status'::text))) OR ((('stopped_early'::text = (both_runs.one ->> 'error_type'::text)) OR ('stopped_early'::text = (both_runs.other ->> 'error_type'::text))) AND ((both_runs.one ->> 'error_type'::text) IS DISTINCT FROM (both_runs.other ->> 'error_type'::text)))),
             true,
             'what was ended before its data was has no result'::text
            FROM both_runs
         UNION ALL
          SELECT 11,
             package.name,
             (both_runs.before -> package.name),
             (both_runs.after -> package.name),
             ((both_runs.before ->> package.name) <> (both_runs.after ->> package.name)),
             true,
             package.note
            FROM (both_runs
              CROSS JOIN ( VALUES ('btsql'::text,'metrics may be computed otherwise'::text), ('python'::text,'another version of Python'::text), ('platform'::text,'another machine or operating system'::text)) package(name, note))
         UNION ALL
          SELECT 12,
             'not captured'::text,
             missing.value,
             NULL::jsonb,
             true,
             false,
             'was not in the record, and may have been given otherwise'::text
            FROM (both_runs
              CROSS JOIN LATERAL jsonb_array_elements(
                 CASE jsonb_typeof((both_runs.built -> 'not_captured'::text))
                     WHEN 'array'::text THEN (both_runs.built -> 'not_captured'::text)
                     ELSE '[]'::jsonb
                 END) missing(value))
           WHERE (NOT (((missing.value #>> '{}'::text[]) ~~ 'the market data%'::text) AND (btsql.is_same_data(both_runs.one, both_runs.other) IS TRUE)))
         )
  SELECT compared.rank,
     compared.field,
     (compared.one #>> '{}'::text[]),
     (compared.other #>> '{}'::text[]),
     compared.is_circumstance,
     compared.note
    FROM compared
   WHERE compared.applies
   ORDER BY compared.rank, compared.field;
END;
-- Name: FUNCTION reproduction_reasons(original jsonb, reproduction jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.reproduction_reasons(original jsonb, reproduction jsonb) IS 'Why one run may have another result than another, the likeliest first: what differs between two rows of backtest_run, as JSON, in data, engine, chance, code, configuration and end. is_circumstance: what the reproduction was varied in, its changes, does not account for it. Values that are JSON are given as its text.';
-- Name: reproduction_verdict(text, text); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.reproduction_verdict(reference text, original text DEFAULT NULL::text) RETURNS TABLE(section text, field text, original_value text, reproduced_value text, differs boolean, difference double precision, note text)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    SET extra_float_digits TO '1'
    AS $_$
DECLARE
    other_id    CONSTANT uuid := find_run(reproduction_verdict.reference);
    one_id      uuid;
    both_runs   jsonb[];
    one         jsonb;
    other       jsonb;
    same_engine boolean;
    verdict     text;
    differing   integer;
    measured    integer;
    rows_found  jsonb;
BEGIN
    IF reproduction_verdict.original IS NULL THEN
        one_id := (SELECT run.origin_run_id FROM backtest_run AS run WHERE run.run_id = other_id);
    ELSE
        one_id := find_run(reproduction_verdict.original);
    END IF;
    IF one_id IS NULL THEN
        RAISE EXCEPTION 'run % reproduces no other run', left(short_id(other_id), 8)
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Name the run to compare it with: reproduction_verdict(''@'', ''@~1'').';
    END IF;
    both_runs := ARRAY(
        SELECT to_jsonb(run) || jsonb_build_object('metrics', to_jsonb(metrics), 'rejected', (
                   SELECT jsonb_object_agg(rejected.metric, rejected.reported_value)
                     FROM rejected_metric AS rejected
                    WHERE rejected.run_id = wanted.run_id AND rejected.reported_value IS NOT NULL))
          FROM unnest(ARRAY[other_id, one_id]) WITH ORDINALITY AS wanted (run_id, place)
          JOIN backtest_run AS run ON run.run_id = wanted.run_id
          LEFT JOIN performance_metrics AS metrics ON metrics.run_id = wanted.run_id
         ORDER BY wanted.place);
    other := both_runs[1];
    one := both_runs[2];
    IF one IS NULL THEN
        RAISE EXCEPTION 'the run that % reproduces is not recorded here: %', left(short_id(other_id), 8), one_id
            USING ERRCODE = 'no_data_found', HINT = 'It was deleted, or recorded in another database.';
    END IF;
    same_engine := (one -> 'environment' ->> 'nautilus_trader' <> other -> 'environment' ->> 'nautilus_trader') IS NOT TRUE;
    rows_found := (
        WITH cells AS (
            SELECT 3 AS part, 'run' AS section, fact.rank, fact.field, one -> fact.field AS one_value,
                   other -> fact.field AS other_value
              FROM (VALUES (1, 'status'), (2, 'error_type'), (3, 'error_message'), (4, 'instruments'), (5, 'data_start'),
                           (6, 'data_end'), (7, 'initial_capital'), (8, 'currency')) AS fact (rank, field)
             UNION ALL
            SELECT 4, 'metric', defined.rank::integer, defined.metric,
                   coalesce(nullif(one -> 'metrics' -> defined.metric, 'null'), one -> 'rejected' -> defined.metric),
                   coalesce(nullif(other -> 'metrics' -> defined.metric, 'null'), other -> 'rejected' -> defined.metric)
              FROM metric_definition() WITH ORDINALITY AS defined (metric, unit, lowest, highest, better, rank)
             WHERE one ->> 'status' = 'success' OR other ->> 'status' = 'success'
             UNION ALL
            SELECT 5, 'figure', 0, coalesce(one_figure.key, other_figure.key), one_figure.value, other_figure.value
              FROM jsonb_each(json_leaves(nullif(one -> 'engine_figures', 'null'))) AS one_figure
              FULL JOIN jsonb_each(json_leaves(nullif(other -> 'engine_figures', 'null'))) AS other_figure
                     ON other_figure.key = one_figure.key
             WHERE same_engine
               AND (one ->> 'status' = 'success' AND other ->> 'status' = 'success'
                    -- How far each had come, where both tell it.
                    OR one ->> 'status' = 'failure' AND other ->> 'status' = 'failure'
                       AND jsonb_typeof(one -> 'engine_figures') = 'object'
                       AND jsonb_typeof(other -> 'engine_figures') = 'object'))
        SELECT jsonb_agg(jsonb_build_object(
                   'part', cells.part, 'section', cells.section, 'rank', cells.rank, 'field', cells.field,
                   'original_value', nullif(cells.one_value, 'null') #>> '{}',
                   'reproduced_value', nullif(cells.other_value, 'null') #>> '{}',
                   'differs', nullif(cells.one_value, 'null') IS DISTINCT FROM nullif(cells.other_value, 'null'),
                   'difference', CASE WHEN jsonb_typeof(cells.one_value) = 'number'
                                           AND jsonb_typeof(cells.other_value) = 'number'
                                      THEN cells.other_value::double precision - cells.one_value::double precision END)
                   ORDER BY cells.part, cells.rank, cells.field)
          FROM cells);
    differing := (SELECT count(*) FROM jsonb_path_query(rows_found, '$[*] ? (@.differs == true)'));
    measured := (SELECT count(*)
                   FROM jsonb_path_query(rows_found, '$[*] ? (@.section == "metric" || @.section == "figure")') AS item
                  WHERE coalesce(item ->> 'original_value', item ->> 'reproduced_value') IS NOT NULL);
    -- The same data from another place is no variation.
    verdict := CASE WHEN nullif(other -> 'changes', 'null') - 'data' <> '{}'
                         AND reproduction_verdict.original IS NULL
                      OR other -> 'changes' ? 'data' AND reproduction_verdict.original IS NULL
                         AND is_same_data(one, other) IS NOT TRUE
                    THEN 'VARIATION'
                    WHEN one ->> 'status' = 'success' AND differing = 0 AND measured = 0 THEN 'DIFFERS'
                    WHEN differing = 0 AND one ->> 'status' <> 'interrupted' THEN 'IDENTICAL'
                    ELSE 'DIFFERS' END;
    RETURN QUERY
    WITH found AS (
        SELECT item.part, item.section, item.rank, item.field, item.original_value, item.reproduced_value, item.differs,
               item.difference
          FROM jsonb_to_recordset(rows_found) AS item (
                   part integer, section text, rank integer, field text, original_value text, reproduced_value text,
                   differs boolean, difference double precision)),
    reason AS (
        SELECT known.rank, known.field, known.original_value, known.reproduced_value, known.note
          FROM reproduction_reasons(one, other) AS known
         WHERE verdict <> 'VARIATION' OR known.is_circumstance),
    ordered AS (
        SELECT 0 AS part, 'verdict' AS section, 0 AS rank, verdict AS field, left(short_id(one_id), 8) AS original_value,
               left(short_id(other_id), 8) AS reproduced_value,
               verdict = 'DIFFERS' OR differing > 0 AS differs,
               NULL::double precision AS difference,
               CASE WHEN differing = 0 AND one ->> 'status' = 'failure' THEN 'failed with the same error'
                    WHEN one ->> 'status' <> 'success' OR other ->> 'status' <> 'success'
                    THEN format('%s, then %s', one ->> 'status', other ->> 'status')
                    WHEN measured = 0 THEN 'nothing to compare: neither run has a metric or a figure'
                    ELSE (SELECT format('%s of %s metrics', CASE differing WHEN 0 THEN 'the same to the last bit: all'
                                                                 ELSE 'other values: '
                                                                      || count(*) FILTER (WHERE found.differs) END, count(*))
                            FROM found
                           WHERE found.section = 'metric'
                             AND coalesce(found.original_value, found.reproduced_value) IS NOT NULL)
                         || coalesce((SELECT format(', %s of %s of the engine''s figures',
                                                    CASE differing WHEN 0 THEN 'all'
                                                         ELSE (count(*) FILTER (WHERE found.differs))::text END, count(*))
                                        FROM found
                                       WHERE found.section = 'figure'
                                      HAVING count(*) > 0), '') END AS note
         UNION ALL
        SELECT 1, 'change', 0, change.key, change.value ->> 'from', change.value ->> 'to', true, NULL, NULL
          FROM jsonb_each(CASE verdict WHEN 'VARIATION' THEN other -> 'changes' ELSE '{}' END) AS change
         UNION ALL
        SELECT 2, CASE verdict WHEN 'DIFFERS' THEN 'reason' ELSE 'caution' END, reason.rank, reason.field,
               reason.original_value, reason.reproduced_value, true, NULL, reason.note
          FROM reason
         WHERE verdict = 'DIFFERS' OR reason.field <> 'not captured'
         UNION ALL
        SELECT 2, 'reason', 99, 'unknown', NULL, NULL, true, NULL,
               CASE measured WHEN 0 THEN 'no metric has a value in either run, so that nothing could be compared'
                             ELSE 'nothing that is recorded differs: the strategy may depend on the time, on files, or on '
                                  'random numbers of its own' END
         WHERE verdict = 'DIFFERS' AND NOT EXISTS (SELECT FROM reason)
         UNION ALL
        SELECT found.part, found.section, found.rank, found.field, found.original_value, found.reproduced_value,
               found.differs, found.difference, NULL
          FROM found)
    SELECT ordered.section, ordered.field, ordered.original_value, ordered.reproduced_value, ordered.differs,
           ordered.difference, ordered.note
      FROM ordered
     ORDER BY ordered.part, ordered.rank, ordered.field;
END;
$_$;
-- Name: FUNCTION reproduction_verdict(reference text, original text); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.reproduction_verdict(reference text, original text) IS 'Whether a run came out as the one it reproduces, or as that of the second reference. The first row is the verdict: IDENTICAL, DIFFERS, or VARIATION of a run that was changed on purpose. An interrupted run, or successes without any metric to compare, are never identical; the same data from another place is no variation. Then, by section: change; reason (when it differs, the likeliest first) or caution (differences that did not change the result); run; metric, in the units of performance_metrics, a rejected one as it was reported; figure, the engine''s own, on the same engine version only, of failures how far they had come. Values are compared exactly, numbers by value; difference is reproduced - original. Raises invalid_parameter_value for a run that reproduces none, no_data_found when that run is not recorded; references: see find_run and what it raises.';
-- Name: run_config(text); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.run_config(reference text) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
DECLARE
    found_id CONSTANT uuid := find_run(run_config.reference);
BEGIN
    RETURN (SELECT run.snapshot
              FROM backtest_run AS run
             WHERE run.run_id = found_id);
END;
$$;
-- Name: FUNCTION run_config(reference text); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.run_config(reference text) IS 'The stored snapshot of one run, as it was when the run was recorded: what is needed to build the run again, and what could not be captured. reference: see find_run, which raises no_data_found, cardinality_violation, invalid_parameter_value.';
-- Name: run_id_of(jsonb, text); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.run_id_of(document jsonb, key text) RETURNS uuid
    LANGUAGE plpgsql IMMUTABLE STRICT
    SET search_path TO 'btsql', 'pg_temp'
    AS $_$
DECLARE
    value CONSTANT text := run_id_of.document ->> run_id_of.key;
BEGIN
    IF value !~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' THEN
        RAISE EXCEPTION 'key "%" of the record is not a run id: "%"', run_id_of.key, left(value, 100)
            USING ERRCODE = 'invalid_text_representation',
                  HINT = 'Give a whole id, as new_run_id() makes it.';
    END IF;
    RETURN value::uuid;
END;
$_$;
-- Name: FUNCTION run_id_of(document jsonb, key text); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.run_id_of(document jsonb, key text) IS 'The run id under a key of a record document, NULL when it is absent or null. Raises invalid_text_representation that names the key.';
-- Name: run_identity(text); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.run_identity(reference text) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
DECLARE
    found_id CONSTANT uuid := find_run(run_identity.reference);
BEGIN
    RETURN (SELECT jsonb_strip_nulls(jsonb_build_object(
                       'run_id', run.run_id, 'strategy_path', run.strategy_path,
                       'instruments', run.instruments, 'data_start', run.data_start, 'data_end', run.data_end,
                       'initial_capital', run.initial_capital, 'currency', run.currency,
                       'data_source', run.data_source))
                   || jsonb_build_object(
                       'parameters', run.parameters, 'environment', coalesce(run.environment, '{}'),
                       'snapshot', jsonb_build_object(
                           'venues', run.snapshot -> 'venues', 'data', run.snapshot -> 'data',
                           'instruments', run.snapshot -> 'instruments', 'engine', run.snapshot -> 'engine',
                           'actors', run.snapshot -> 'actors', 'exec_algorithms', run.snapshot -> 'exec_algorithms',
                           'random_state', run.snapshot -> 'random_state'))
              FROM backtest_run AS run
             WHERE run.run_id = found_id);
END;
$$;
-- Name: FUNCTION run_identity(reference text); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.run_identity(reference text) IS 'What find_duplicates() compares, for a recorded run: find_duplicates(run_identity(''@'')) finds other runs, not this one. reference: see find_run and what it raises.';
-- Name: run_lock_key(uuid); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.run_lock_key(run_id uuid) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
 SELECT ((('x'::text || "right"(replace((run_id)::text, '-'::text, ''::text), 16)))::bit(64))::bigint AS int8;
END;
-- Name: FUNCTION run_lock_key(run_id uuid); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.run_lock_key(run_id uuid) IS 'The key of the advisory lock that the recording session holds while a run goes on: the last 64 bits of the run id, which are random.';
-- Name: run_of(jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.run_of(record jsonb) RETURNS btsql.backtest_run
    LANGUAGE plpgsql
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
DECLARE
    error CONSTANT jsonb := nullif(run_of.record -> 'error', 'null');
    late  text;
    run   backtest_run := jsonb_populate_record(
        NULL::backtest_run,
        run_of.record - '{run_id,started_at,data_start,data_end,error,origin_run_id,metrics,undefined_metrics}'::text[]);
BEGIN
    run.started_at := time_of(run_of.record, 'started_at');
    IF run.started_at < '1970-01-01 00:00:00+00' THEN
        RAISE EXCEPTION 'key "started_at" of the record is before 1970: "%"', run_of.record ->> 'started_at'
            USING ERRCODE = 'datetime_field_overflow',
                  HINT = 'It is when the backtest was executed, not when its data begins.';
    END IF;
    run.data_start := time_of(run_of.record, 'data_start');
    run.data_end := time_of(run_of.record, 'data_end');
    -- Here already: a start that is recorded with such a time could never be called interrupted.
    SELECT moment.key
      INTO late
      FROM (VALUES ('started_at', run.started_at), ('data_start', run.data_start), ('data_end', run.data_end))
           AS moment (key, value)
     WHERE moment.value < '1000-01-01 00:00:00+00' OR moment.value >= '9999-01-01 00:00:00+00'
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'key "%" of the record is before the year 1000 or after 9998: "%"', late, run_of.record ->> late
            USING ERRCODE = 'datetime_field_overflow',
                  HINT = 'A year has four digits in every time zone.';
    END IF;
    run.run_id := coalesce(run_id_of(run_of.record, 'run_id'), new_run_id(run.started_at));
    run.origin_run_id := run_id_of(run_of.record, 'origin_run_id');
    run.strategy_name := coalesce(run.strategy_name, run.strategy_type);
    run.duration_seconds := trim_scale(run.duration_seconds);
    run.initial_capital := trim_scale(run.initial_capital);
    run.error_type := error ->> 'type';
    run.error_message := error ->> 'message';
    run.error_traceback := error ->> 'traceback';
    RETURN run;
END;
$$;
-- Name: FUNCTION run_of(record jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.run_of(record jsonb) IS 'The row that a checked record document describes, with a new run id where it has none. Raises invalid_datetime_format, datetime_field_overflow, invalid_text_representation that name the key.';
-- Name: schema_version(); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.schema_version() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
 SELECT 1;
END;
-- Name: FUNCTION schema_version(); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.schema_version() IS 'The version number of the schema. It grows with each release that changes the schema; a client compares it with the version that it was made for.';
-- Name: search_conditions(text, text, text, text, timestamp with time zone, timestamp with time zone, timestamp with time zone, timestamp with time zone, jsonb, text[]); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.search_conditions(strategy_name text, strategy_type text, instrument text, status text, since timestamp with time zone, until timestamp with time zone, data_since timestamp with time zone, data_until timestamp with time zone, metrics jsonb, tags text[]) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    SET "DateStyle" TO 'ISO'
    AS $$
BEGIN
    IF search_conditions.status NOT IN ('success', 'failure', 'interrupted') THEN
        RAISE EXCEPTION 'status is "%", not success, failure or interrupted', left(search_conditions.status, 100)
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Leave status out for runs of all three.';
    ELSIF array_ndims(search_conditions.tags) > 1 OR cardinality(search_conditions.tags) > 20 THEN
        RAISE EXCEPTION 'tags is not a list of up to 20 tags'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Write tags => ''{keep,draft}''.';
    ELSIF array_position(search_conditions.tags, NULL) IS NOT NULL THEN
        RAISE EXCEPTION 'a tag is NULL'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Leave tags out for runs with any tags or none.';
    END IF;
    RETURN concat_ws(' AND ', 'true',
        'run.strategy_name = ' || quote_literal(search_conditions.strategy_name),
        'run.strategy_type = ' || quote_literal(search_conditions.strategy_type),
        'run.instruments @> ARRAY[' || quote_literal(search_conditions.instrument) || ']',
        'run.status = ' || quote_literal(search_conditions.status),
        -- The id says the millisecond, and is the key.
        'run.run_id >= ' || CASE WHEN search_conditions.since BETWEEN '1970-01-01 00:00:00+00' AND '9999-12-31 00:00:00+00'
                                 THEN quote_literal(first_run_id(search_conditions.since)) END,
        'run.started_at >= ' || quote_literal(search_conditions.since),
        'run.run_id < ' || CASE WHEN search_conditions.until BETWEEN '1970-01-01 00:00:00+00' AND '9999-12-31 00:00:00+00'
                                THEN quote_literal(first_run_id(search_conditions.until + interval '1 millisecond')) END,
        'run.started_at < ' || quote_literal(search_conditions.until),
        'run.data_end >= ' || quote_literal(search_conditions.data_since),
        'run.data_start < ' || quote_literal(search_conditions.data_until),
        CASE WHEN search_conditions.metrics IS NOT NULL THEN (
         SELECT string_agg(metric_condition(criterion.name, criterion.operator, criterion.value), ' AND ')
           FROM criteria_of(search_conditions.metrics) AS criterion) END,
        -- Put on, and not taken off later.
        CASE WHEN search_conditions.tags IS NOT NULL THEN (
         SELECT string_agg(format('run.run_id IN (SELECT tagged.run_id FROM run_annotation AS tagged '
                                  'WHERE tagged.kind = ''tag'' AND tagged.content = %L AND NOT EXISTS ('
                                  'SELECT FROM run_annotation AS later WHERE later.run_id = tagged.run_id '
                                  'AND later.kind = ''untag'' AND later.content = tagged.content '
                                  'AND later.annotation_id > tagged.annotation_id))', tag), ' AND ')
           FROM (SELECT DISTINCT unnest(search_conditions.tags) AS tag) AS wanted) END);
END;
$$;
-- Name: FUNCTION search_conditions(strategy_name text, strategy_type text, instrument text, status text, since timestamp with time zone, until timestamp with time zone, data_since timestamp with time zone, data_until timestamp with time zone, metrics jsonb, tags text[]); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.search_conditions(strategy_name text, strategy_type text, instrument text, status text, since timestamp with time zone, until timestamp with time zone, data_since timestamp with time zone, data_until timestamp with time zone, metrics jsonb, tags text[]) IS 'The filters of list_runs(), except those on parameters, as one SQL condition on run (backtest_run) and metrics (performance_metrics). Filters that are NULL are left out. Raises invalid_parameter_value.';
-- Name: searchable_parameters(jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.searchable_parameters(parameters jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
 SELECT COALESCE(jsonb_agg(jsonb_build_object('name', parameter.key, 'value',
         CASE
             WHEN (jsonb_typeof(parameter.value) = ANY (ARRAY['array'::text, 'object'::text])) THEN 'null'::jsonb
             WHEN (length((parameter.value)::text) <= 200) THEN parameter.value
             WHEN (jsonb_typeof(parameter.value) = 'string'::text) THEN to_jsonb("left"((parameter.value #>> '{}'::text[]), 201))
             ELSE ( SELECT to_jsonb(
                     CASE
                         WHEN (scale(number.number) <= 200) THEN number.number
                         ELSE (trunc(number.number, 200) + (sign(number.number) * 0.000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000005))
                     END) AS to_jsonb
                FROM trim_scale(LEAST(GREATEST((parameter.value)::numeric, '-1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000'::numeric), '1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000'::numeric)) number(number))
         END)), '[]'::jsonb) AS "coalesce"
    FROM jsonb_each(searchable_parameters.parameters) parameter(key, value)
   WHERE (length(parameter.key) <= 200);
END;
-- Name: FUNCTION searchable_parameters(parameters jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.searchable_parameters(parameters jsonb) IS 'The rows of the search index run_parameter for the parameters of a run, [{"name": name, "value": value}]: long values are shortened, arrays and objects are null.';
-- Name: set_tags(text, text[], text[]); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.set_tags(reference text, add text[] DEFAULT '{}'::text[], remove text[] DEFAULT '{}'::text[]) RETURNS text[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'btsql', 'pg_temp'
    AS $_$
DECLARE
    found_id CONSTANT uuid := find_run(set_tags.reference);
    present  CONSTANT text[] := current_tags(found_id);
    bad      CONSTANT text := (SELECT coalesce(left(tag, 110), 'NULL')
                                 FROM (SELECT unnest(set_tags.add) UNION ALL SELECT unnest(set_tags.remove)) AS given (tag)
                                WHERE tag IS NULL OR tag !~ '^[[:alnum:]_][[:alnum:]_.:/-]*$' OR length(tag) > 100
                                LIMIT 1);
BEGIN
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'not a tag: "%"', bad
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'A tag is one word of letters, digits and _ . : / -, of at most 100 characters.';
    ELSIF set_tags.add && set_tags.remove THEN
        RAISE EXCEPTION 'the same tag is to be added and removed: %', set_tags.add
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Decide for one.';
    END IF;
    -- So that it is not deleted meanwhile.
    PERFORM run.run_id FROM backtest_run AS run WHERE run.run_id = found_id FOR KEY SHARE;
    IF NOT FOUND THEN
        PERFORM find_run(found_id::text);
    END IF;
    INSERT INTO run_annotation (run_id, kind, content)
    SELECT DISTINCT found_id, 'tag', tag
      FROM unnest(set_tags.add) AS tag
     WHERE NOT tag = ANY (present)
     UNION ALL
    SELECT DISTINCT found_id, 'untag', tag
      FROM unnest(set_tags.remove) AS tag
     WHERE tag = ANY (present);
    RETURN current_tags(found_id);
END;
$_$;
-- Name: FUNCTION set_tags(reference text, add text[], remove text[]); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.set_tags(reference text, add text[], remove text[]) IS 'Adds tags to a run and removes others, and returns the tags that it then has. Adding a tag that is there, or removing one that is not, changes nothing. reference: see find_run and what it raises. Raises invalid_parameter_value for a text that cannot be a tag.';
-- Name: short_id(uuid); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.short_id(run_id uuid) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
 SELECT encode(SUBSTRING(uuid_send(run_id) FROM 11), 'hex'::text) AS encode;
END;
-- Name: FUNCTION short_id(run_id uuid); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.short_id(run_id uuid) IS 'The last group of a run id, 12 hexadecimal digits. It is random, while the first digits of the id are a time, and nearly the same for runs that start together: so people read and type the first digits of this group (see find_run).';
-- Name: short_id_digits(uuid[]); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.short_id_digits(run_ids uuid[]) RETURNS integer
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
BEGIN
    FOR digits IN 8..11 LOOP
        IF (SELECT count(DISTINCT left(short_id(one), digits) COLLATE "C") = count(*)
              FROM unnest(short_id_digits.run_ids) AS one) THEN
            RETURN digits;
        END IF;
    END LOOP;
    RETURN 12;
END;
$$;
-- Name: FUNCTION short_id_digits(run_ids uuid[]); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.short_id_digits(run_ids uuid[]) IS 'How many leading digits of their short ids are needed to tell these runs apart: 8 to 12.';
-- Name: stamp_recorded_at(); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.stamp_recorded_at() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
BEGIN
    NEW.recorded_at := transaction_timestamp();
    RETURN NEW;
END;
$$;
-- Name: FUNCTION stamp_recorded_at(); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.stamp_recorded_at() IS 'Trigger function: sets recorded_at of a new row to the time of its transaction, whatever was given. Child rows refer to their run by this time too, so none can be added to a run of an earlier transaction.';
-- Name: start_run(jsonb, jsonb, integer); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.start_run(record jsonb, process jsonb DEFAULT '{}'::jsonb, backend_pid integer DEFAULT NULL::integer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'btsql', 'pg_temp'
    SET lock_timeout TO '5s'
    AS $$
DECLARE
    run       backtest_run;
    -- A pooler gives its client a made-up process id: a lock would stay with whichever server session this is.
    is_direct CONSTANT boolean := coalesce(start_run.backend_pid = pg_backend_pid(), false);
    is_locked boolean := false;
BEGIN
    PERFORM check_record(start_run.record);
    PERFORM check_json(start_run.process, 'the process');
    run := run_of(start_run.record);
    IF run.status <> 'interrupted' THEN
        RAISE EXCEPTION 'key "status" of the record is ''%'', and a run that starts has not ended', run.status
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give interrupted: what the run is if nothing more is heard of it.';
    ELSIF EXISTS (SELECT FROM backtest_run AS recorded WHERE recorded.run_id = run.run_id) THEN
        RETURN false;
    END IF;
    IF is_direct THEN
        is_locked := pg_try_advisory_lock(run_lock_key(run.run_id));
        -- A client that disappears is noticed within a minute, not after hours; a Unix socket does not need this.
        PERFORM set_config(setting.name, setting.value, false)
           FROM (VALUES ('tcp_keepalives_idle', '30'), ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '3'))
                AS setting (name, value);
    END IF;
    INSERT INTO run_in_progress (run_id, started_at, record, process, backend_pid)
    VALUES (run.run_id, run.started_at, start_run.record || jsonb_build_object('run_id', run.run_id),
            coalesce(start_run.process, '{}'), CASE WHEN is_locked THEN start_run.backend_pid END)
        ON CONFLICT ON CONSTRAINT run_in_progress_pkey DO NOTHING;
    -- record_run() releases one lock only: the one of the session named in the row.
    IF is_locked AND NOT FOUND THEN
        PERFORM pg_advisory_unlock(run_lock_key(run.run_id));
        RETURN false;
    END IF;
    RETURN is_locked;
END;
$$;
-- Name: FUNCTION start_run(record jsonb, process jsonb, backend_pid integer); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.start_run(record jsonb, process jsonb, backend_pid integer) IS 'Records that a backtest starts, before its engine runs. record: a record document of status interrupted. process: see run_in_progress. backend_pid: the process id of the server session, as the client received it when it connected; if that is this session, it takes the lock of the run and keeps it until record_run() or until the session ends. True when the lock was taken. A run that is already recorded or started stays as it is. Raises what record_run() raises for a malformed record.';
-- Name: started_runs(); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.started_runs() RETURNS TABLE(run_id uuid, short_id text, state text, started_at timestamp with time zone, strategy_type text, strategy_name text, instruments text[], process jsonb)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    SET lock_timeout TO '5s'
    AS $$
BEGIN
    RETURN QUERY
    WITH held AS (
        SELECT (lock.classid::bigint << 32) | lock.objid::bigint AS key
          FROM pg_locks AS lock
         WHERE lock.locktype = 'advisory' AND lock.objsubid = 1 AND lock.granted AND lock.mode = 'ExclusiveLock'
           AND lock.database = (SELECT own.oid FROM pg_database AS own WHERE own.datname = current_database()))
    SELECT started.run_id, short_id(started.run_id),
           CASE WHEN started.backend_pid IS NULL THEN 'running?'
                WHEN run_lock_key(started.run_id) IN (SELECT held.key FROM held) THEN 'running'
                ELSE 'interrupted?' END,
           started.started_at, started.record ->> 'strategy_type',
           coalesce(started.record ->> 'strategy_name', started.record ->> 'strategy_type'),
           (SELECT array_agg(item.value #>> '{}' ORDER BY item.ordinality)
              FROM jsonb_array_elements(nullif(started.record -> 'instruments', 'null')) WITH ORDINALITY AS item),
           started.process
      FROM run_in_progress AS started
     WHERE NOT EXISTS (SELECT FROM backtest_run AS run WHERE run.run_id = started.run_id)
     ORDER BY started.run_id DESC;
END;
$$;
-- Name: FUNCTION started_runs(); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.started_runs() IS 'Runs that were started and are not recorded yet, newest first. state: running (its session holds its lock), interrupted? (the lock is gone, but the process may still be running), running? (no lock could be held, as through a transaction pooler). process: see run_in_progress.';
-- Name: strategy_history(text, text, text, timestamp with time zone, timestamp with time zone, integer); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.strategy_history(strategy text, strategy_name text DEFAULT NULL::text, instrument text DEFAULT NULL::text, since timestamp with time zone DEFAULT NULL::timestamp with time zone, until timestamp with time zone DEFAULT NULL::timestamp with time zone, result_limit integer DEFAULT 100) RETURNS SETOF btsql.history_run
    LANGUAGE plpgsql STABLE
    SET search_path TO 'btsql', 'pg_temp'
    SET extra_float_digits TO '1'
    AS $$
DECLARE
    wanted_type text;
    wanted_name text := strategy_history.strategy_name;
    listed      uuid[];
    earlier     uuid[];
BEGIN
    PERFORM check_limit(strategy_history.result_limit);
    IF strategy_history.strategy IS NULL THEN
        RAISE EXCEPTION 'strategy is NULL'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Name a type, such as sma_crossover, or a label.';
    END IF;
    -- Ordered, so that the index is used: with EXISTS the planner reads the table until it finds a frequent type.
    wanted_type := (SELECT run.strategy_type
                      FROM backtest_run AS run
                     WHERE run.strategy_type = strategy_history.strategy
                     ORDER BY run.run_id DESC
                     LIMIT 1);
    IF wanted_type IS NULL AND strategy_history.strategy_name <> strategy_history.strategy THEN
        RETURN;
    ELSIF wanted_type IS NULL THEN
        wanted_name := strategy_history.strategy;
    END IF;
    listed := matching_runs(
        wanted_name, wanted_type, strategy_history.instrument, NULL, strategy_history.since, strategy_history.until,
        NULL, NULL, NULL, NULL, NULL, 'started_at', true, strategy_history.result_limit, NULL, only_measured => false);
    IF cardinality(listed) = 0 THEN
        RETURN;
    END IF;
    -- The oldest run shown is compared with the success before it.
    earlier := matching_runs(
        wanted_name, wanted_type, strategy_history.instrument, 'success', strategy_history.since, NULL,
        NULL, NULL, NULL, NULL, NULL, 'started_at', true, 1, listed[cardinality(listed)]::text, only_measured => false);
    RETURN QUERY
    WITH measured AS (
        SELECT run.run_id, run.started_at, run.strategy_type, run.strategy_name, run.status, run.instruments,
               run.data_start, run.data_end, run.parameters, metrics.total_return, metrics.sharpe_ratio,
               metrics.max_drawdown, to_jsonb(metrics) - '{run_id,strategy_type,status,recorded_at}'::text[] AS metrics,
               count(*) FILTER (WHERE run.status = 'success')
                   OVER (ORDER BY run.run_id ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW) AS successes_before
          FROM unnest(listed || earlier) AS found (run_id)
          JOIN backtest_run AS run ON run.run_id = found.run_id
          LEFT JOIN performance_metrics AS metrics ON metrics.run_id = run.run_id),
    -- Runs with the same number of successes before them share the same baseline: the last run of the group before.
    told AS (
        SELECT measured.run_id, measured.started_at, measured.strategy_type, measured.strategy_name, measured.status,
               measured.instruments, measured.data_start, measured.data_end, measured.parameters,
               measured.total_return, measured.sharpe_ratio, measured.max_drawdown, measured.metrics,
               (array_agg(measured.parameters) FILTER (WHERE measured.status = 'success') OVER group_before)[1]
                   AS success_parameters,
               (array_agg(measured.metrics) FILTER (WHERE measured.status = 'success') OVER group_before)[1]
                   AS success_metrics
          FROM measured
        WINDOW group_before AS (ORDER BY measured.successes_before GROUPS BETWEEN 1 PRECEDING AND 1 PRECEDING))
    SELECT told.run_id, short_id(told.run_id), told.started_at, told.strategy_type, told.strategy_name, told.status,
           told.instruments, told.data_start, told.data_end,
           (SELECT coalesce(jsonb_object_agg(changed.key, (
                       SELECT jsonb_object_agg(CASE side.key WHEN 'wanted' THEN 'before' ELSE 'now' END, side.value)
                         FROM jsonb_each(changed.value) AS side)), '{}')
              FROM jsonb_each(json_differences(told.success_parameters, told.parameters)) AS changed),
           told.total_return, told.sharpe_ratio, told.max_drawdown,
           (SELECT coalesce(jsonb_object_agg(now.key, trim_scale(
                       now.value::numeric - (told.success_metrics -> now.key)::numeric)), '{}')
              FROM jsonb_each(told.metrics) AS now
             WHERE now.value <> 'null' AND told.success_metrics -> now.key <> 'null'),
           told.metrics
      FROM told
     WHERE NOT told.run_id = ANY (earlier)
     ORDER BY told.run_id;
END;
$$;
-- Name: FUNCTION strategy_history(strategy text, strategy_name text, instrument text, since timestamp with time zone, until timestamp with time zone, result_limit integer); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.strategy_history(strategy text, strategy_name text, instrument text, since timestamp with time zone, until timestamp with time zone, result_limit integer) IS 'The newest result_limit (1 to 1000) runs of a strategy, oldest first: for each, the parameters that changed since the previous success and the change of each metric. A failure shows its changed parameters, but is never used as the baseline. strategy: a strategy type or, where no run has such a type, a label (strategy_name), with the runs of every type that have this label. strategy_name, instrument, since, until: filters as in list_runs; a run that they leave out is not a baseline either. Raises invalid_parameter_value.';
-- Name: surroundings_of(jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.surroundings_of(record jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
 SELECT jsonb_strip_nulls(jsonb_build_object('initial_capital', COALESCE(NULLIF((surroundings_of.record -> 'initial_capital'::text), 'null'::jsonb), to_jsonb(capital.amount)), 'currency', COALESCE(NULLIF((surroundings_of.record -> 'currency'::text), 'null'::jsonb), to_jsonb(capital.currency)), 'data_source', (surroundings_of.record -> 'data_source'::text), 'venues',
         CASE
             WHEN (capital.amount IS NOT NULL) THEN jsonb_build_array(((capital.venues -> 0) - 'starting_balances'::text))
             WHEN (jsonb_typeof(capital.venues) = 'array'::text) THEN ( SELECT COALESCE(jsonb_agg(venue_1.value ORDER BY (venue_1.value ->> 'venue'::text), venue_1.place), '[]'::jsonb) AS "coalesce"
                FROM jsonb_array_elements(capital.venues) WITH ORDINALITY venue_1(value, place))
             ELSE capital.venues
         END, 'data', ((surroundings_of.record -> 'snapshot'::text) -> 'data'::text), 'instrument_definitions', ( SELECT jsonb_agg(btsql.instrument_definition(item.item) ORDER BY (item.item ->> 'id'::text)) AS jsonb_agg
            FROM jsonb_path_query(surroundings_of.record, '$."snapshot"."instruments"[*]?(@.type() == "object")'::jsonpath) item(item)
           WHERE ((surroundings_of.record -> 'instruments'::text) ? (item.item ->> 'id'::text))), 'engine_settings', ( SELECT jsonb_object_agg(part.name, ((((surroundings_of.record -> 'snapshot'::text) -> 'engine'::text) -> part.name) - 'debug'::text)) AS jsonb_object_agg
            FROM ( VALUES ('data_engine'::text), ('exec_engine'::text), ('risk_engine'::text), ('portfolio'::text), ('emulator'::text)) part(name)
           WHERE (jsonb_typeof((((surroundings_of.record -> 'snapshot'::text) -> 'engine'::text) -> part.name)) = 'object'::text)), 'actors', ((surroundings_of.record -> 'snapshot'::text) -> 'actors'::text), 'exec_algorithms', ((surroundings_of.record -> 'snapshot'::text) -> 'exec_algorithms'::text), 'strategy_source', ((surroundings_of.record -> 'environment'::text) -> 'source_digest'::text), 'engine_version', ((surroundings_of.record -> 'environment'::text) -> 'nautilus_trader'::text), 'data_fingerprint', ((surroundings_of.record -> 'environment'::text) -> 'data_fingerprint'::text), 'random_numbers', "left"(encode(sha256(convert_to(((surroundings_of.record -> 'snapshot'::text) ->> 'random_state'::text), 'UTF8'::name)), 'hex'::text), 12))) AS jsonb_strip_nulls
    FROM (( SELECT ((surroundings_of.record -> 'snapshot'::text) -> 'venues'::text) AS venues,
                 CASE
                     WHEN (((((surroundings_of.record -> 'snapshot'::text) -> 'venues'::text) -> 1) IS NULL) AND ((((((surroundings_of.record -> 'snapshot'::text) -> 'venues'::text) -> 0) -> 'starting_balances'::text) -> 1) IS NULL)) THEN regexp_match((((((surroundings_of.record -> 'snapshot'::text) -> 'venues'::text) -> 0) -> 'starting_balances'::text) ->> 0), '^([0-9][0-9_]{0,39}(?:\.[0-9]{1,40})?) (\S+)$'::text)
                     ELSE NULL::text[]
                 END AS balance) venue
      CROSS JOIN LATERAL ( SELECT venue.venues,
             (replace(venue.balance[1], '_'::text, ''::text))::numeric AS amount,
             venue.balance[2] AS currency) capital);
END;
-- Name: FUNCTION surroundings_of(record jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.surroundings_of(record jsonb) IS 'What a result depends on besides the configuration, instruments and dates, from a record document or from a row of runs as JSON: capital, currency, data source and where the data is, venues (the balance of a single venue counts as the capital), definitions of the tested instruments, settings of the engine, actors, execution algorithms, digest of the strategy''s source, engine version, data fingerprint, and a digest of the random numbers that fills were drawn with. Values that are not known are left out.';
-- Name: test_bed(text, text[], timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.test_bed(strategy_path text, instruments text[], data_start timestamp with time zone, data_end timestamp with time zone) RETURNS uuid
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
 SELECT (encode(SUBSTRING(sha256(convert_to(concat_ws(chr(31), strategy_path, (btsql.epoch_milliseconds(data_start))::text, (btsql.epoch_milliseconds(data_end))::text, ( SELECT string_agg(DISTINCT instrument.instrument, chr(31) ORDER BY instrument.instrument) AS string_agg
            FROM unnest((test_bed.instruments COLLATE "C")) instrument(instrument))), 'UTF8'::name)) FROM 1 FOR 16), 'hex'::text))::uuid AS encode;
END;
-- Name: FUNCTION test_bed(strategy_path text, instruments text[], data_start timestamp with time zone, data_end timestamp with time zone); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.test_bed(strategy_path text, instruments text[], data_start timestamp with time zone, data_end timestamp with time zone) IS 'A short key for what parameters are tested on: strategy, instruments in any order, and dates to the millisecond. Equal inputs have equal keys. It is for an index only: compare the full values after the lookup.';
-- Name: time_of(jsonb, text); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.time_of(document jsonb, key text) RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'btsql', 'pg_temp'
    AS $_$
DECLARE
    value CONSTANT text := time_of.document ->> time_of.key;
BEGIN
    IF value !~ ('^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?'
                 '(Z|[+-][0-9]{2}(:?[0-9]{2})?)$') THEN
        RAISE EXCEPTION 'key "%" of the record is not a time: "%"', time_of.key, left(value, 100)
            USING ERRCODE = 'invalid_datetime_format',
                  HINT = 'Give ISO 8601 with the offset from UTC, as 2024-01-31T15:04:05.123456Z.';
    END IF;
    RETURN value::timestamptz;
EXCEPTION
    WHEN datetime_field_overflow OR invalid_time_zone_displacement_value THEN
        RAISE EXCEPTION 'key "%" of the record is not a time: "%"', time_of.key, left(value, 100)
            USING ERRCODE = 'datetime_field_overflow',
                  HINT = 'There is no such date, time or offset, or it is out of range.';
END;
$_$;
-- Name: FUNCTION time_of(document jsonb, key text); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.time_of(document jsonb, key text) IS 'The instant under a key of a record document, NULL when it is absent or null. Raises invalid_datetime_format or datetime_field_overflow that names the key; a time without its offset from UTC is refused.';
-- Name: write_metrics(btsql.performance_metrics, jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.write_metrics(metrics btsql.performance_metrics, rejected_metrics jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO performance_metrics (
        run_id, strategy_type, total_return, cagr, annualized_return, sharpe_ratio, sortino_ratio, max_drawdown,
        volatility, total_trades, winning_trades, losing_trades, win_rate, profit_factor, average_win, average_loss,
        final_equity, net_profit, periods_per_year)
    VALUES (
        metrics.run_id, metrics.strategy_type, metrics.total_return, metrics.cagr, metrics.annualized_return,
        metrics.sharpe_ratio, metrics.sortino_ratio, metrics.max_drawdown, metrics.volatility, metrics.total_trades,
        metrics.winning_trades, metrics.losing_trades, metrics.win_rate, metrics.profit_factor, metrics.average_win,
        metrics.average_loss, metrics.final_equity, metrics.net_profit, metrics.periods_per_year);
    INSERT INTO rejected_metric (run_id, metric, reported_value, reason)
    SELECT metrics.run_id, rejected.key, rejected.value ->> 'reported_value', rejected.value ->> 'reason'
      FROM jsonb_each(write_metrics.rejected_metrics) AS rejected;
END;
$$;
-- Name: FUNCTION write_metrics(metrics btsql.performance_metrics, rejected_metrics jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.write_metrics(metrics btsql.performance_metrics, rejected_metrics jsonb) IS 'Writes the metrics of a success for record_run(), and the reasons for those that are not stored: {metric: {reported_value, reason}}.';
-- Name: write_parameters(uuid, jsonb); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.write_parameters(run_id uuid, parameters jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
BEGIN
    -- A record that replaces an interrupted one finds most of its rows here already.
    INSERT INTO run_parameter (run_id, name, value)
    SELECT write_parameters.run_id, parameter.row ->> 'name', parameter.row -> 'value'
      FROM jsonb_array_elements(searchable_parameters(write_parameters.parameters)) AS parameter (row)
        ON CONFLICT DO NOTHING;
END;
$$;
-- Name: FUNCTION write_parameters(run_id uuid, parameters jsonb); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.write_parameters(run_id uuid, parameters jsonb) IS 'Writes the search index of a run''s parameters for record_run().';
-- Name: write_run(btsql.backtest_run); Type: FUNCTION; Schema: btsql; Owner: -
CREATE FUNCTION btsql.write_run(run btsql.backtest_run) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'btsql', 'pg_temp'
    AS $$
DECLARE
    known record;
BEGIN
    LOOP
        INSERT INTO backtest_run (
            run_id, started_at, duration_seconds, status, strategy_type, strategy_name, strategy_path, parameters,
            instruments, data_start, data_end, initial_capital, currency, data_source, snapshot, environment,
            error_type, error_message, error_traceback, origin_run_id, changes, engine_figures, record_digest)
        VALUES (
            run.run_id, run.started_at, run.duration_seconds, run.status, run.strategy_type, run.strategy_name,
            run.strategy_path, run.parameters, run.instruments, run.data_start, run.data_end, run.initial_capital,
            run.currency, run.data_source, run.snapshot, run.environment, run.error_type, run.error_message,
            run.error_traceback, run.origin_run_id, run.changes, run.engine_figures, run.record_digest)
        ON CONFLICT (run_id) DO NOTHING;
        IF FOUND THEN
            RETURN true;
        END IF;
        -- Read without a lock first: sending the same record again must not wait for someone who adds a note to it.
        SELECT recorded.status, recorded.error_type, recorded.record_digest
          INTO known
          FROM backtest_run AS recorded
         WHERE recorded.run_id = write_run.run.run_id;
        IF known.status = 'interrupted' AND known.error_type = 'process_gone'
           AND run.error_type IS DISTINCT FROM 'process_gone' THEN
            SELECT recorded.status, recorded.error_type, recorded.record_digest
              INTO known
              FROM backtest_run AS recorded
             WHERE recorded.run_id = write_run.run.run_id
               FOR NO KEY UPDATE;
        END IF;
        EXIT WHEN FOUND; -- else it has been deleted meanwhile
    END LOOP;
    IF known.record_digest = run.record_digest THEN
        RETURN false;
    -- That its process was gone is what others said of the run; any other ending is its own word, and final.
    ELSIF known.status <> 'interrupted' OR known.error_type IS DISTINCT FROM 'process_gone'
          OR run.error_type = 'process_gone' THEN
        RAISE EXCEPTION 'run % is already recorded as %, with other content', run.run_id, known.status
            USING ERRCODE = 'unique_violation', SCHEMA = 'btsql', TABLE = 'backtest_run',
                  CONSTRAINT = 'backtest_run_content_is_final',
                  HINT = 'What is recorded is never changed. Record a new run under a new id.';
    END IF;
    UPDATE backtest_run AS recorded
       SET started_at = run.started_at, duration_seconds = run.duration_seconds, status = run.status,
           strategy_type = run.strategy_type,
           strategy_name = run.strategy_name, strategy_path = run.strategy_path, parameters = run.parameters,
           instruments = run.instruments, data_start = run.data_start, data_end = run.data_end,
           initial_capital = run.initial_capital, currency = run.currency, data_source = run.data_source,
           snapshot = run.snapshot, environment = run.environment, error_type = run.error_type,
           error_message = run.error_message, error_traceback = run.error_traceback,
           origin_run_id = run.origin_run_id, changes = run.changes, engine_figures = run.engine_figures,
           record_digest = run.record_digest, replaced_interrupted_at = recorded.recorded_at
     WHERE recorded.run_id = write_run.run.run_id;
    RETURN true;
END;
$$;
-- Name: FUNCTION write_run(run btsql.backtest_run); Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON FUNCTION btsql.write_run(run btsql.backtest_run) IS 'Writes the run''s own row for record_run(). True when it was written, as a new row or in place of one that was recorded as interrupted because its process was gone; false when the same record is already there. Raises unique_violation (backtest_run_content_is_final) when other content is recorded under the id.';
-- Name: rejected_metric; Type: TABLE; Schema: btsql; Owner: -
CREATE TABLE btsql.rejected_metric (
    run_id uuid NOT NULL,
    recorded_at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    metric text NOT NULL,
    reported_value text,
    reason text NOT NULL,
    CONSTRAINT rejected_metric_reason_is_given CHECK ((reason ~ '\S'::text))
);
-- Name: TABLE rejected_metric; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TABLE btsql.rejected_metric IS 'Why a metric of a run is NULL: it was undefined, not a number, or outside its range. The run is kept, and is not ranked by that metric.';
-- Name: COLUMN rejected_metric.run_id; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.rejected_metric.run_id IS 'The run that the metric belongs to.';
-- Name: COLUMN rejected_metric.recorded_at; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.rejected_metric.recorded_at IS 'Time of the recording transaction, as in the run itself.';
-- Name: COLUMN rejected_metric.metric; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.rejected_metric.metric IS 'Name of the metric, a column of performance_metrics.';
-- Name: COLUMN rejected_metric.reported_value; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.rejected_metric.reported_value IS 'The value as it was reported, in the metric''s unit; NULL when there was none.';
-- Name: COLUMN rejected_metric.reason; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.rejected_metric.reason IS 'Why the value was not stored, in plain words.';
-- Name: run_annotation; Type: TABLE; Schema: btsql; Owner: -
CREATE TABLE btsql.run_annotation (
    run_id uuid NOT NULL,
    annotation_id bigint NOT NULL,
    annotated_at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    kind text NOT NULL,
    content text NOT NULL,
    CONSTRAINT run_annotation_content_is_given CHECK ((content ~ '\S'::text)),
    CONSTRAINT run_annotation_kind_is_known CHECK ((kind = ANY (ARRAY['note'::text, 'tag'::text, 'untag'::text]))),
    CONSTRAINT run_annotation_tag_is_a_word CHECK (((kind = 'note'::text) OR ((content ~ '^[[:alnum:]_][[:alnum:]_.:/-]*$'::text) AND (length(content) <= 100))))
);
-- Name: TABLE run_annotation; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TABLE btsql.run_annotation IS 'Notes on a run, and tags added to it and removed from it, after it was recorded. Rows are added and never changed; they are deleted with their run.';
-- Name: COLUMN run_annotation.run_id; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_annotation.run_id IS 'The run that the note or tag belongs to.';
-- Name: COLUMN run_annotation.annotation_id; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_annotation.annotation_id IS 'Number of the row; later ones have higher numbers.';
-- Name: COLUMN run_annotation.annotated_at; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_annotation.annotated_at IS 'Time of the transaction that added the row.';
-- Name: COLUMN run_annotation.kind; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_annotation.kind IS 'note, tag (a tag was added) or untag (a tag was removed).';
-- Name: COLUMN run_annotation.content; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_annotation.content IS 'Text of the note, or the tag.';
-- Name: run_annotation_annotation_id_seq; Type: SEQUENCE; Schema: btsql; Owner: -
ALTER TABLE btsql.run_annotation ALTER COLUMN annotation_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME btsql.run_annotation_annotation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
-- Name: run_in_progress; Type: TABLE; Schema: btsql; Owner: -
CREATE TABLE btsql.run_in_progress (
    run_id uuid NOT NULL,
    started_at timestamp with time zone NOT NULL,
    record jsonb NOT NULL,
    process jsonb NOT NULL,
    backend_pid integer,
    recorded_at timestamp with time zone DEFAULT transaction_timestamp() NOT NULL,
    CONSTRAINT run_in_progress_documents_are_objects CHECK (((jsonb_typeof(record) = 'object'::text) AND (jsonb_typeof(process) = 'object'::text))),
    CONSTRAINT run_in_progress_id_carries_start CHECK ((btsql.run_id_milliseconds(run_id) = btsql.epoch_milliseconds(started_at))),
    CONSTRAINT run_in_progress_start_is_in_range CHECK (((started_at >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (started_at < '9999-01-01 00:00:00+00'::timestamp with time zone)))
);
-- Name: TABLE run_in_progress; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TABLE btsql.run_in_progress IS 'One row for each backtest that was started and whose end is not recorded yet. record_run() and record_interrupted() delete it in the transaction that records the run. Whether such a run is still going on: see started_runs().';
-- Name: COLUMN run_in_progress.run_id; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_in_progress.run_id IS 'The id that the run will be recorded under.';
-- Name: COLUMN run_in_progress.started_at; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_in_progress.started_at IS 'When the execution began.';
-- Name: COLUMN run_in_progress.record; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_in_progress.record IS 'A record document of status interrupted: it is recorded if the run never reports its end.';
-- Name: COLUMN run_in_progress.process; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_in_progress.process IS 'The process that executes the run, as far as its system tells: host, boot_id, pid_namespace, process_id, process_start (clock ticks since boot).';
-- Name: COLUMN run_in_progress.backend_pid; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_in_progress.backend_pid IS 'The process id, on the server, of the session that took the lock of the run (see run_lock_key); NULL where no lock could be held, as through a transaction pooler.';
-- Name: COLUMN run_in_progress.recorded_at; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_in_progress.recorded_at IS 'Time of the transaction that recorded the start.';
-- Name: run_parameter; Type: TABLE; Schema: btsql; Owner: -
CREATE TABLE btsql.run_parameter (
    run_id uuid NOT NULL,
    name text NOT NULL,
    value jsonb NOT NULL,
    CONSTRAINT run_parameter_name_is_short CHECK ((length(name) <= 200)),
    CONSTRAINT run_parameter_value_is_short_and_scalar CHECK (((jsonb_typeof(value) = ANY (ARRAY['number'::text, 'string'::text, 'boolean'::text, 'null'::text])) AND (length((value #>> '{}'::text[])) <= 405)))
);
-- Name: TABLE run_parameter; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TABLE btsql.run_parameter IS 'Search index over the parameters of runs: one row for each (but those with a name of more than 200 characters), without arrays, objects and the rest of long values. Every search still checks backtest_run.parameters, so an extra row here does no harm.';
-- Name: COLUMN run_parameter.run_id; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_parameter.run_id IS 'The run that has the parameter.';
-- Name: COLUMN run_parameter.name; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_parameter.name IS 'Name of the parameter.';
-- Name: COLUMN run_parameter.value; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON COLUMN btsql.run_parameter.value IS 'The value, a JSON number, text, boolean or null, which also stands for arrays and objects; a long one is replaced by a shorter one (see searchable_parameters).';
-- Name: backtest_run backtest_run_metrics_key; Type: CONSTRAINT; Schema: btsql; Owner: -
ALTER TABLE ONLY btsql.backtest_run
    ADD CONSTRAINT backtest_run_metrics_key UNIQUE (run_id, recorded_at, status, strategy_type);
-- Name: backtest_run backtest_run_pkey; Type: CONSTRAINT; Schema: btsql; Owner: -
ALTER TABLE ONLY btsql.backtest_run
    ADD CONSTRAINT backtest_run_pkey PRIMARY KEY (run_id);
-- Name: performance_metrics performance_metrics_pkey; Type: CONSTRAINT; Schema: btsql; Owner: -
ALTER TABLE ONLY btsql.performance_metrics
    ADD CONSTRAINT performance_metrics_pkey PRIMARY KEY (run_id);
-- Name: performance_metrics performance_metrics_rejected_key; Type: CONSTRAINT; Schema: btsql; Owner: -
ALTER TABLE ONLY btsql.performance_metrics
    ADD CONSTRAINT performance_metrics_rejected_key UNIQUE (run_id, recorded_at);
-- Name: rejected_metric rejected_metric_pkey; Type: CONSTRAINT; Schema: btsql; Owner: -
ALTER TABLE ONLY btsql.rejected_metric
    ADD CONSTRAINT rejected_metric_pkey PRIMARY KEY (run_id, metric);
-- Name: run_annotation run_annotation_pkey; Type: CONSTRAINT; Schema: btsql; Owner: -
ALTER TABLE ONLY btsql.run_annotation
    ADD CONSTRAINT run_annotation_pkey PRIMARY KEY (run_id, annotation_id);
-- Name: run_in_progress run_in_progress_pkey; Type: CONSTRAINT; Schema: btsql; Owner: -
ALTER TABLE ONLY btsql.run_in_progress
    ADD CONSTRAINT run_in_progress_pkey PRIMARY KEY (run_id);
-- Name: run_parameter run_parameter_pkey; Type: CONSTRAINT; Schema: btsql; Owner: -
ALTER TABLE ONLY btsql.run_parameter
    ADD CONSTRAINT run_parameter_pkey PRIMARY KEY (name, value, run_id);
-- Name: backtest_run_config_hash; Type: INDEX; Schema: btsql; Owner: -
CREATE INDEX backtest_run_config_hash ON btsql.backtest_run USING hash (config_hash);
-- Name: INDEX backtest_run_config_hash; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON INDEX btsql.backtest_run_config_hash IS 'Finds runs of the same configuration (find_duplicates).';
-- Name: backtest_run_instruments; Type: INDEX; Schema: btsql; Owner: -
CREATE INDEX backtest_run_instruments ON btsql.backtest_run USING gin (instruments);
-- Name: INDEX backtest_run_instruments; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON INDEX btsql.backtest_run_instruments IS 'Finds the runs on an instrument (list_runs).';
-- Name: backtest_run_not_success; Type: INDEX; Schema: btsql; Owner: -
CREATE INDEX backtest_run_not_success ON btsql.backtest_run USING btree (status, run_id) WHERE (status <> 'success'::text);
-- Name: INDEX backtest_run_not_success; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON INDEX btsql.backtest_run_not_success IS 'Lists failed and interrupted runs, newest first (list_runs).';
-- Name: backtest_run_origin; Type: INDEX; Schema: btsql; Owner: -
CREATE INDEX backtest_run_origin ON btsql.backtest_run USING btree (origin_run_id, run_id) WHERE (origin_run_id IS NOT NULL);
-- Name: INDEX backtest_run_origin; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON INDEX btsql.backtest_run_origin IS 'Finds the runs that reproduce or vary a run, newest first (find_reproductions).';
-- Name: backtest_run_short_id; Type: INDEX; Schema: btsql; Owner: -
CREATE INDEX backtest_run_short_id ON btsql.backtest_run USING btree (btsql.short_id(run_id) COLLATE "C");
-- Name: INDEX backtest_run_short_id; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON INDEX btsql.backtest_run_short_id IS 'Resolves an abbreviated run id (find_run).';
-- Name: backtest_run_strategy_name; Type: INDEX; Schema: btsql; Owner: -
CREATE INDEX backtest_run_strategy_name ON btsql.backtest_run USING btree (strategy_name, run_id);
-- Name: INDEX backtest_run_strategy_name; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON INDEX btsql.backtest_run_strategy_name IS 'Lists the runs of one strategy_name, newest first (list_runs).';
-- Name: backtest_run_strategy_type; Type: INDEX; Schema: btsql; Owner: -
CREATE INDEX backtest_run_strategy_type ON btsql.backtest_run USING btree (strategy_type, run_id);
-- Name: INDEX backtest_run_strategy_type; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON INDEX btsql.backtest_run_strategy_type IS 'Lists the runs of one strategy_type, newest first (list_runs).';
-- Name: backtest_run_test_bed; Type: INDEX; Schema: btsql; Owner: -
CREATE INDEX backtest_run_test_bed ON btsql.backtest_run USING btree (btsql.test_bed(strategy_path, instruments, data_start, data_end), run_id) WHERE (status = 'success'::text);
-- Name: INDEX backtest_run_test_bed; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON INDEX btsql.backtest_run_test_bed IS 'Finds successes of one strategy on the same instruments and dates, newest first (find_near_duplicates).';
-- Name: performance_metrics_max_drawdown; Type: INDEX; Schema: btsql; Owner: -
CREATE INDEX performance_metrics_max_drawdown ON btsql.performance_metrics USING btree (max_drawdown, run_id) WHERE (max_drawdown IS NOT NULL);
-- Name: INDEX performance_metrics_max_drawdown; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON INDEX btsql.performance_metrics_max_drawdown IS 'Ranks all runs by max_drawdown (list_runs, best_runs).';
-- Name: performance_metrics_sharpe_ratio; Type: INDEX; Schema: btsql; Owner: -
CREATE INDEX performance_metrics_sharpe_ratio ON btsql.performance_metrics USING btree (sharpe_ratio, run_id) WHERE (sharpe_ratio IS NOT NULL);
-- Name: INDEX performance_metrics_sharpe_ratio; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON INDEX btsql.performance_metrics_sharpe_ratio IS 'Ranks all runs by sharpe_ratio (list_runs, best_runs).';
-- Name: performance_metrics_total_return; Type: INDEX; Schema: btsql; Owner: -
CREATE INDEX performance_metrics_total_return ON btsql.performance_metrics USING btree (total_return, run_id) WHERE (total_return IS NOT NULL);
-- Name: INDEX performance_metrics_total_return; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON INDEX btsql.performance_metrics_total_return IS 'Ranks all runs by total_return (list_runs, best_runs).';
-- Name: performance_metrics_type_max_drawdown; Type: INDEX; Schema: btsql; Owner: -
CREATE INDEX performance_metrics_type_max_drawdown ON btsql.performance_metrics USING btree (strategy_type, max_drawdown, run_id) WHERE (max_drawdown IS NOT NULL);
-- Name: INDEX performance_metrics_type_max_drawdown; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON INDEX btsql.performance_metrics_type_max_drawdown IS 'Ranks the runs of one strategy type by max_drawdown (list_runs, best_runs).';
-- Name: performance_metrics_type_sharpe_ratio; Type: INDEX; Schema: btsql; Owner: -
CREATE INDEX performance_metrics_type_sharpe_ratio ON btsql.performance_metrics USING btree (strategy_type, sharpe_ratio, run_id) WHERE (sharpe_ratio IS NOT NULL);
-- Name: INDEX performance_metrics_type_sharpe_ratio; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON INDEX btsql.performance_metrics_type_sharpe_ratio IS 'Ranks the runs of one strategy type by sharpe_ratio (list_runs, best_runs).';
-- Name: performance_metrics_type_total_return; Type: INDEX; Schema: btsql; Owner: -
CREATE INDEX performance_metrics_type_total_return ON btsql.performance_metrics USING btree (strategy_type, total_return, run_id) WHERE (total_return IS NOT NULL);
-- Name: INDEX performance_metrics_type_total_return; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON INDEX btsql.performance_metrics_type_total_return IS 'Ranks the runs of one strategy type by total_return (list_runs, best_runs).';
-- Name: run_annotation_tag; Type: INDEX; Schema: btsql; Owner: -
CREATE INDEX run_annotation_tag ON btsql.run_annotation USING btree (content, run_id DESC) WHERE (kind = 'tag'::text);
-- Name: INDEX run_annotation_tag; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON INDEX btsql.run_annotation_tag IS 'Finds the runs that ever had a tag (list_runs).';
-- Name: run_parameter_run; Type: INDEX; Schema: btsql; Owner: -
CREATE INDEX run_parameter_run ON btsql.run_parameter USING brin (run_id) WITH (pages_per_range='16', autosummarize='on');
-- Name: INDEX run_parameter_run; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON INDEX btsql.run_parameter_run IS 'Finds the rows of a run that is deleted or checked.';
-- Name: backtest_run backtest_run_is_immutable; Type: TRIGGER; Schema: btsql; Owner: -
CREATE TRIGGER backtest_run_is_immutable BEFORE UPDATE ON btsql.backtest_run FOR EACH ROW EXECUTE FUNCTION btsql.refuse_update_of_final_run();
-- Name: TRIGGER backtest_run_is_immutable ON backtest_run; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TRIGGER backtest_run_is_immutable ON btsql.backtest_run IS 'A recorded run is never updated, except that a run recorded as interrupted is replaced by its own final record.';
-- Name: backtest_run backtest_run_is_not_truncated; Type: TRIGGER; Schema: btsql; Owner: -
CREATE TRIGGER backtest_run_is_not_truncated BEFORE TRUNCATE ON btsql.backtest_run FOR EACH STATEMENT EXECUTE FUNCTION btsql.refuse_change();
-- Name: TRIGGER backtest_run_is_not_truncated ON backtest_run; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TRIGGER backtest_run_is_not_truncated ON btsql.backtest_run IS 'Refuses TRUNCATE, which row triggers do not see.';
-- Name: backtest_run backtest_run_is_stamped; Type: TRIGGER; Schema: btsql; Owner: -
CREATE TRIGGER backtest_run_is_stamped BEFORE INSERT ON btsql.backtest_run FOR EACH ROW EXECUTE FUNCTION btsql.stamp_recorded_at();
-- Name: TRIGGER backtest_run_is_stamped ON backtest_run; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TRIGGER backtest_run_is_stamped ON btsql.backtest_run IS 'Sets recorded_at to the time of the transaction.';
-- Name: backtest_run backtest_run_replaces_nothing; Type: TRIGGER; Schema: btsql; Owner: -
CREATE TRIGGER backtest_run_replaces_nothing BEFORE INSERT ON btsql.backtest_run FOR EACH ROW EXECUTE FUNCTION btsql.refuse_invented_replacement();
-- Name: TRIGGER backtest_run_replaces_nothing ON backtest_run; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TRIGGER backtest_run_replaces_nothing ON btsql.backtest_run IS 'A new row cannot claim to have replaced an interrupted run: only record_run() replaces one.';
-- Name: performance_metrics performance_metrics_are_deleted_with_the_run; Type: TRIGGER; Schema: btsql; Owner: -
CREATE TRIGGER performance_metrics_are_deleted_with_the_run BEFORE DELETE ON btsql.performance_metrics FOR EACH ROW EXECUTE FUNCTION btsql.refuse_direct_delete();
-- Name: TRIGGER performance_metrics_are_deleted_with_the_run ON performance_metrics; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TRIGGER performance_metrics_are_deleted_with_the_run ON btsql.performance_metrics IS 'The rows can only be deleted together with their run, by its cascade.';
-- Name: performance_metrics performance_metrics_are_immutable; Type: TRIGGER; Schema: btsql; Owner: -
CREATE TRIGGER performance_metrics_are_immutable BEFORE UPDATE ON btsql.performance_metrics FOR EACH ROW EXECUTE FUNCTION btsql.refuse_change();
-- Name: TRIGGER performance_metrics_are_immutable ON performance_metrics; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TRIGGER performance_metrics_are_immutable ON btsql.performance_metrics IS 'A recorded row is never updated.';
-- Name: performance_metrics performance_metrics_are_not_truncated; Type: TRIGGER; Schema: btsql; Owner: -
CREATE TRIGGER performance_metrics_are_not_truncated BEFORE TRUNCATE ON btsql.performance_metrics FOR EACH STATEMENT EXECUTE FUNCTION btsql.refuse_change();
-- Name: TRIGGER performance_metrics_are_not_truncated ON performance_metrics; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TRIGGER performance_metrics_are_not_truncated ON btsql.performance_metrics IS 'Refuses TRUNCATE, which row triggers do not see.';
-- Name: performance_metrics performance_metrics_are_stamped; Type: TRIGGER; Schema: btsql; Owner: -
CREATE TRIGGER performance_metrics_are_stamped BEFORE INSERT ON btsql.performance_metrics FOR EACH ROW EXECUTE FUNCTION btsql.stamp_recorded_at();
-- Name: TRIGGER performance_metrics_are_stamped ON performance_metrics; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TRIGGER performance_metrics_are_stamped ON btsql.performance_metrics IS 'Sets recorded_at to the time of the transaction, so the row fits only a run of the same transaction.';
-- Name: rejected_metric rejected_metric_is_deleted_with_the_run; Type: TRIGGER; Schema: btsql; Owner: -
CREATE TRIGGER rejected_metric_is_deleted_with_the_run BEFORE DELETE ON btsql.rejected_metric FOR EACH ROW EXECUTE FUNCTION btsql.refuse_direct_delete();
-- Name: TRIGGER rejected_metric_is_deleted_with_the_run ON rejected_metric; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TRIGGER rejected_metric_is_deleted_with_the_run ON btsql.rejected_metric IS 'The rows can only be deleted together with their run, by its cascade.';
-- Name: rejected_metric rejected_metric_is_immutable; Type: TRIGGER; Schema: btsql; Owner: -
CREATE TRIGGER rejected_metric_is_immutable BEFORE UPDATE ON btsql.rejected_metric FOR EACH ROW EXECUTE FUNCTION btsql.refuse_change();
-- Name: TRIGGER rejected_metric_is_immutable ON rejected_metric; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TRIGGER rejected_metric_is_immutable ON btsql.rejected_metric IS 'A recorded row is never updated.';
-- Name: rejected_metric rejected_metric_is_not_truncated; Type: TRIGGER; Schema: btsql; Owner: -
CREATE TRIGGER rejected_metric_is_not_truncated BEFORE TRUNCATE ON btsql.rejected_metric FOR EACH STATEMENT EXECUTE FUNCTION btsql.refuse_change();
-- Name: TRIGGER rejected_metric_is_not_truncated ON rejected_metric; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TRIGGER rejected_metric_is_not_truncated ON btsql.rejected_metric IS 'Refuses TRUNCATE, which row triggers do not see.';
-- Name: rejected_metric rejected_metric_is_stamped; Type: TRIGGER; Schema: btsql; Owner: -
CREATE TRIGGER rejected_metric_is_stamped BEFORE INSERT ON btsql.rejected_metric FOR EACH ROW EXECUTE FUNCTION btsql.stamp_recorded_at();
-- Name: TRIGGER rejected_metric_is_stamped ON rejected_metric; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TRIGGER rejected_metric_is_stamped ON btsql.rejected_metric IS 'Sets recorded_at to the time of the transaction, so the row fits only a run of the same transaction.';
-- Name: run_annotation run_annotation_is_deleted_with_the_run; Type: TRIGGER; Schema: btsql; Owner: -
CREATE TRIGGER run_annotation_is_deleted_with_the_run BEFORE DELETE ON btsql.run_annotation FOR EACH ROW EXECUTE FUNCTION btsql.refuse_direct_delete();
-- Name: TRIGGER run_annotation_is_deleted_with_the_run ON run_annotation; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TRIGGER run_annotation_is_deleted_with_the_run ON btsql.run_annotation IS 'The rows can only be deleted together with their run, by its cascade.';
-- Name: run_annotation run_annotation_is_immutable; Type: TRIGGER; Schema: btsql; Owner: -
CREATE TRIGGER run_annotation_is_immutable BEFORE UPDATE ON btsql.run_annotation FOR EACH ROW EXECUTE FUNCTION btsql.refuse_change();
-- Name: TRIGGER run_annotation_is_immutable ON run_annotation; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TRIGGER run_annotation_is_immutable ON btsql.run_annotation IS 'Notes and tags are never updated.';
-- Name: run_annotation run_annotation_is_not_truncated; Type: TRIGGER; Schema: btsql; Owner: -
CREATE TRIGGER run_annotation_is_not_truncated BEFORE TRUNCATE ON btsql.run_annotation FOR EACH STATEMENT EXECUTE FUNCTION btsql.refuse_change();
-- Name: TRIGGER run_annotation_is_not_truncated ON run_annotation; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TRIGGER run_annotation_is_not_truncated ON btsql.run_annotation IS 'Refuses TRUNCATE, which row triggers do not see.';
-- Name: run_in_progress run_in_progress_is_immutable; Type: TRIGGER; Schema: btsql; Owner: -
CREATE TRIGGER run_in_progress_is_immutable BEFORE UPDATE ON btsql.run_in_progress FOR EACH ROW EXECUTE FUNCTION btsql.refuse_change();
-- Name: TRIGGER run_in_progress_is_immutable ON run_in_progress; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TRIGGER run_in_progress_is_immutable ON btsql.run_in_progress IS 'A start record is never updated.';
-- Name: run_in_progress run_in_progress_is_not_truncated; Type: TRIGGER; Schema: btsql; Owner: -
CREATE TRIGGER run_in_progress_is_not_truncated BEFORE TRUNCATE ON btsql.run_in_progress FOR EACH STATEMENT EXECUTE FUNCTION btsql.refuse_change();
-- Name: TRIGGER run_in_progress_is_not_truncated ON run_in_progress; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TRIGGER run_in_progress_is_not_truncated ON btsql.run_in_progress IS 'Refuses TRUNCATE, which row triggers do not see.';
-- Name: run_in_progress run_in_progress_is_stamped; Type: TRIGGER; Schema: btsql; Owner: -
CREATE TRIGGER run_in_progress_is_stamped BEFORE INSERT ON btsql.run_in_progress FOR EACH ROW EXECUTE FUNCTION btsql.stamp_recorded_at();
-- Name: TRIGGER run_in_progress_is_stamped ON run_in_progress; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TRIGGER run_in_progress_is_stamped ON btsql.run_in_progress IS 'Sets recorded_at to the time of the transaction.';
-- Name: run_parameter run_parameter_is_deleted_with_the_run; Type: TRIGGER; Schema: btsql; Owner: -
CREATE TRIGGER run_parameter_is_deleted_with_the_run BEFORE DELETE ON btsql.run_parameter FOR EACH ROW EXECUTE FUNCTION btsql.refuse_direct_delete();
-- Name: TRIGGER run_parameter_is_deleted_with_the_run ON run_parameter; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TRIGGER run_parameter_is_deleted_with_the_run ON btsql.run_parameter IS 'The rows can only be deleted together with their run, by its cascade.';
-- Name: run_parameter run_parameter_is_immutable; Type: TRIGGER; Schema: btsql; Owner: -
CREATE TRIGGER run_parameter_is_immutable BEFORE UPDATE ON btsql.run_parameter FOR EACH ROW EXECUTE FUNCTION btsql.refuse_change();
-- Name: TRIGGER run_parameter_is_immutable ON run_parameter; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TRIGGER run_parameter_is_immutable ON btsql.run_parameter IS 'A recorded row is never updated.';
-- Name: run_parameter run_parameter_is_not_truncated; Type: TRIGGER; Schema: btsql; Owner: -
CREATE TRIGGER run_parameter_is_not_truncated BEFORE TRUNCATE ON btsql.run_parameter FOR EACH STATEMENT EXECUTE FUNCTION btsql.refuse_change();
-- Name: TRIGGER run_parameter_is_not_truncated ON run_parameter; Type: COMMENT; Schema: btsql; Owner: -
COMMENT ON TRIGGER run_parameter_is_not_truncated ON btsql.run_parameter IS 'Refuses TRUNCATE, which row triggers do not see.';
-- Name: performance_metrics performance_metrics_belong_to_their_run; Type: FK CONSTRAINT; Schema: btsql; Owner: -
ALTER TABLE ONLY btsql.performance_metrics
    ADD CONSTRAINT performance_metrics_belong_to_their_run FOREIGN KEY (run_id, recorded_at, status, strategy_type) REFERENCES btsql.backtest_run(run_id, recorded_at, status, strategy_type) ON DELETE CASCADE;
-- Name: rejected_metric rejected_metric_belongs_to_its_run; Type: FK CONSTRAINT; Schema: btsql; Owner: -
ALTER TABLE ONLY btsql.rejected_metric
    ADD CONSTRAINT rejected_metric_belongs_to_its_run FOREIGN KEY (run_id, recorded_at) REFERENCES btsql.performance_metrics(run_id, recorded_at) ON DELETE CASCADE;
-- Name: run_annotation run_annotation_belongs_to_its_run; Type: FK CONSTRAINT; Schema: btsql; Owner: -
ALTER TABLE ONLY btsql.run_annotation
    ADD CONSTRAINT run_annotation_belongs_to_its_run FOREIGN KEY (run_id) REFERENCES btsql.backtest_run(run_id) ON DELETE CASCADE;
-- Name: run_parameter run_parameter_belongs_to_its_run; Type: FK CONSTRAINT; Schema: btsql; Owner: -
ALTER TABLE ONLY btsql.run_parameter
    ADD CONSTRAINT run_parameter_belongs_to_its_run FOREIGN KEY (run_id) REFERENCES btsql.backtest_run(run_id) ON DELETE CASCADE;
-- Name: SCHEMA btsql; Type: ACL; Schema: -; Owner: -
GRANT USAGE ON SCHEMA btsql TO btsql_reader;
GRANT USAGE ON SCHEMA btsql TO btsql_writer;
-- Name: FUNCTION add_note(reference text, note text); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.add_note(reference text, note text) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.add_note(reference text, note text) TO btsql_writer;
-- Name: FUNCTION best_runs(metric text, strategy_type text, strategy_name text, instrument text, since timestamp with time zone, until timestamp with time zone, parameters jsonb, metrics jsonb, tags text[], result_limit integer); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.best_runs(metric text, strategy_type text, strategy_name text, instrument text, since timestamp with time zone, until timestamp with time zone, parameters jsonb, metrics jsonb, tags text[], result_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.best_runs(metric text, strategy_type text, strategy_name text, instrument text, since timestamp with time zone, until timestamp with time zone, parameters jsonb, metrics jsonb, tags text[], result_limit integer) TO btsql_reader;
-- Name: FUNCTION canonical_text(document jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.canonical_text(document jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.canonical_text(document jsonb) TO btsql_reader;
-- Name: FUNCTION changed_runs(first_id uuid, last_id uuid); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.changed_runs(first_id uuid, last_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.changed_runs(first_id uuid, last_id uuid) TO btsql_reader;
-- Name: FUNCTION check_identity(config jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.check_identity(config jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.check_identity(config jsonb) TO btsql_reader;
-- Name: FUNCTION check_json(document jsonb, name text); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.check_json(document jsonb, name text) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.check_json(document jsonb, name text) TO btsql_reader;
-- Name: FUNCTION check_keys(document jsonb, part text, status text); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.check_keys(document jsonb, part text, status text) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.check_keys(document jsonb, part text, status text) TO btsql_reader;
-- Name: FUNCTION check_limit(result_limit integer); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.check_limit(result_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.check_limit(result_limit integer) TO btsql_reader;
-- Name: FUNCTION check_metric(metric text); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.check_metric(metric text) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.check_metric(metric text) TO btsql_reader;
-- Name: FUNCTION check_record(record jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.check_record(record jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.check_record(record jsonb) TO btsql_reader;
-- Name: FUNCTION check_run(reference text); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.check_run(reference text) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.check_run(reference text) TO btsql_reader;
-- Name: FUNCTION check_runs(); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.check_runs() FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.check_runs() TO btsql_reader;
-- Name: FUNCTION check_sort_key(sort_by text); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.check_sort_key(sort_by text) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.check_sort_key(sort_by text) TO btsql_reader;
-- Name: FUNCTION comparable_value(value jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.comparable_value(value jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.comparable_value(value jsonb) TO btsql_reader;
-- Name: FUNCTION compared_fields("references" text[]); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.compared_fields("references" text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.compared_fields("references" text[]) TO btsql_reader;
-- Name: FUNCTION compare_runs(VARIADIC "references" text[]); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.compare_runs(VARIADIC "references" text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.compare_runs(VARIADIC "references" text[]) TO btsql_reader;
-- Name: FUNCTION config_hash(document jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.config_hash(document jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.config_hash(document jsonb) TO btsql_reader;
-- Name: FUNCTION count_runs(); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.count_runs() FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.count_runs() TO btsql_reader;
-- Name: FUNCTION criteria_of(document jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.criteria_of(document jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.criteria_of(document jsonb) TO btsql_reader;
-- Name: FUNCTION current_tags(run_id uuid); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.current_tags(run_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.current_tags(run_id uuid) TO btsql_reader;
-- Name: FUNCTION delete_run(reference text); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.delete_run(reference text) FROM PUBLIC;
-- Name: FUNCTION epoch_milliseconds(instant timestamp with time zone); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.epoch_milliseconds(instant timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.epoch_milliseconds(instant timestamp with time zone) TO btsql_reader;
GRANT ALL ON FUNCTION btsql.epoch_milliseconds(instant timestamp with time zone) TO btsql_writer;
-- Name: FUNCTION find_closest_duplicates(config jsonb, result_limit integer); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.find_closest_duplicates(config jsonb, result_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.find_closest_duplicates(config jsonb, result_limit integer) TO btsql_reader;
-- Name: FUNCTION find_duplicates(config jsonb, result_limit integer); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.find_duplicates(config jsonb, result_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.find_duplicates(config jsonb, result_limit integer) TO btsql_reader;
-- Name: FUNCTION find_near_duplicates(config jsonb, result_limit integer); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.find_near_duplicates(config jsonb, result_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.find_near_duplicates(config jsonb, result_limit integer) TO btsql_reader;
-- Name: FUNCTION find_origins(reference text); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.find_origins(reference text) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.find_origins(reference text) TO btsql_reader;
-- Name: FUNCTION find_reproductions(reference text, result_limit integer); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.find_reproductions(reference text, result_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.find_reproductions(reference text, result_limit integer) TO btsql_reader;
-- Name: FUNCTION find_run(reference text); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.find_run(reference text) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.find_run(reference text) TO btsql_reader;
-- Name: FUNCTION first_run_id(started_at timestamp with time zone); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.first_run_id(started_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.first_run_id(started_at timestamp with time zone) TO btsql_reader;
-- Name: FUNCTION get_run(reference text); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.get_run(reference text) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.get_run(reference text) TO btsql_reader;
-- Name: FUNCTION grant_rights(); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.grant_rights() FROM PUBLIC;
-- Name: FUNCTION instrument_definition(instrument jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.instrument_definition(instrument jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.instrument_definition(instrument jsonb) TO btsql_reader;
-- Name: FUNCTION is_same_data(one jsonb, other jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.is_same_data(one jsonb, other jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.is_same_data(one jsonb, other jsonb) TO btsql_reader;
-- Name: FUNCTION json_differences(wanted jsonb, recorded jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.json_differences(wanted jsonb, recorded jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.json_differences(wanted jsonb, recorded jsonb) TO btsql_reader;
-- Name: FUNCTION json_leaves(document jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.json_leaves(document jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.json_leaves(document jsonb) TO btsql_reader;
-- Name: FUNCTION judge_metrics(metrics jsonb, undefined_metrics jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.judge_metrics(metrics jsonb, undefined_metrics jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.judge_metrics(metrics jsonb, undefined_metrics jsonb) TO btsql_reader;
-- Name: FUNCTION list_runs(strategy_name text, strategy_type text, instrument text, status text, since timestamp with time zone, until timestamp with time zone, data_since timestamp with time zone, data_until timestamp with time zone, parameters jsonb, metrics jsonb, tags text[], sort_by text, descending boolean, result_limit integer, after text); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.list_runs(strategy_name text, strategy_type text, instrument text, status text, since timestamp with time zone, until timestamp with time zone, data_since timestamp with time zone, data_until timestamp with time zone, parameters jsonb, metrics jsonb, tags text[], sort_by text, descending boolean, result_limit integer, after text) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.list_runs(strategy_name text, strategy_type text, instrument text, status text, since timestamp with time zone, until timestamp with time zone, data_since timestamp with time zone, data_until timestamp with time zone, parameters jsonb, metrics jsonb, tags text[], sort_by text, descending boolean, result_limit integer, after text) TO btsql_reader;
-- Name: FUNCTION matching_runs(strategy_name text, strategy_type text, instrument text, status text, since timestamp with time zone, until timestamp with time zone, data_since timestamp with time zone, data_until timestamp with time zone, parameters jsonb, metrics jsonb, tags text[], sort_by text, descending boolean, result_limit integer, after text, only_measured boolean); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.matching_runs(strategy_name text, strategy_type text, instrument text, status text, since timestamp with time zone, until timestamp with time zone, data_since timestamp with time zone, data_until timestamp with time zone, parameters jsonb, metrics jsonb, tags text[], sort_by text, descending boolean, result_limit integer, after text, only_measured boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.matching_runs(strategy_name text, strategy_type text, instrument text, status text, since timestamp with time zone, until timestamp with time zone, data_since timestamp with time zone, data_until timestamp with time zone, parameters jsonb, metrics jsonb, tags text[], sort_by text, descending boolean, result_limit integer, after text, only_measured boolean) TO btsql_reader;
-- Name: FUNCTION metric_condition(metric text, operator text, value jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.metric_condition(metric text, operator text, value jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.metric_condition(metric text, operator text, value jsonb) TO btsql_reader;
-- Name: FUNCTION metric_definition(); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.metric_definition() FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.metric_definition() TO btsql_reader;
-- Name: FUNCTION new_run_id(started_at timestamp with time zone); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.new_run_id(started_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.new_run_id(started_at timestamp with time zone) TO btsql_reader;
GRANT ALL ON FUNCTION btsql.new_run_id(started_at timestamp with time zone) TO btsql_writer;
-- Name: FUNCTION newest_with_value(parameters jsonb, before uuid, result_limit integer); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.newest_with_value(parameters jsonb, before uuid, result_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.newest_with_value(parameters jsonb, before uuid, result_limit integer) TO btsql_reader;
-- Name: FUNCTION number_or_null(value jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.number_or_null(value jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.number_or_null(value jsonb) TO btsql_reader;
-- Name: FUNCTION page_of_runs(source text, conditions text, ordering text, result_limit integer); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.page_of_runs(source text, conditions text, ordering text, result_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.page_of_runs(source text, conditions text, ordering text, result_limit integer) TO btsql_reader;
-- Name: FUNCTION parameter_condition(name text, operator text, value jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.parameter_condition(name text, operator text, value jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.parameter_condition(name text, operator text, value jsonb) TO btsql_reader;
-- Name: FUNCTION parameter_source(parameters jsonb, strategy_name text, strategy_type text, status text, tags text[], first_id uuid, before_id uuid, newest_first boolean, result_limit integer, OUT source text, OUT decides text); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.parameter_source(parameters jsonb, strategy_name text, strategy_type text, status text, tags text[], first_id uuid, before_id uuid, newest_first boolean, result_limit integer, OUT source text, OUT decides text) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.parameter_source(parameters jsonb, strategy_name text, strategy_type text, status text, tags text[], first_id uuid, before_id uuid, newest_first boolean, result_limit integer, OUT source text, OUT decides text) TO btsql_reader;
-- Name: FUNCTION run_config_hash(strategy_path text, parameters jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.run_config_hash(strategy_path text, parameters jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.run_config_hash(strategy_path text, parameters jsonb) TO btsql_reader;
-- Name: FUNCTION run_id_milliseconds(run_id uuid); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.run_id_milliseconds(run_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.run_id_milliseconds(run_id uuid) TO btsql_reader;
-- Name: TABLE backtest_run; Type: ACL; Schema: btsql; Owner: -
GRANT SELECT ON TABLE btsql.backtest_run TO btsql_reader;
-- Name: TABLE performance_metrics; Type: ACL; Schema: btsql; Owner: -
GRANT SELECT ON TABLE btsql.performance_metrics TO btsql_reader;
-- Name: FUNCTION record_digest(run btsql.backtest_run, metrics btsql.performance_metrics, rejected_metrics jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.record_digest(run btsql.backtest_run, metrics btsql.performance_metrics, rejected_metrics jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.record_digest(run btsql.backtest_run, metrics btsql.performance_metrics, rejected_metrics jsonb) TO btsql_reader;
-- Name: FUNCTION record_interrupted(run_id uuid, reason text); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.record_interrupted(run_id uuid, reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.record_interrupted(run_id uuid, reason text) TO btsql_writer;
-- Name: FUNCTION record_key(); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.record_key() FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.record_key() TO btsql_reader;
-- Name: FUNCTION record_run(record jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.record_run(record jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.record_run(record jsonb) TO btsql_writer;
-- Name: FUNCTION recorded_names(kind text, wanted text[]); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.recorded_names(kind text, wanted text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.recorded_names(kind text, wanted text[]) TO btsql_reader;
-- Name: FUNCTION refuse_change(); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.refuse_change() FROM PUBLIC;
-- Name: FUNCTION refuse_direct_delete(); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.refuse_direct_delete() FROM PUBLIC;
-- Name: FUNCTION refuse_invented_replacement(); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.refuse_invented_replacement() FROM PUBLIC;
-- Name: FUNCTION refuse_update_of_final_run(); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.refuse_update_of_final_run() FROM PUBLIC;
-- Name: FUNCTION relative_difference(one jsonb, other jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.relative_difference(one jsonb, other jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.relative_difference(one jsonb, other jsonb) TO btsql_reader;
-- Name: FUNCTION reproduction_reasons(original jsonb, reproduction jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.reproduction_reasons(original jsonb, reproduction jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.reproduction_reasons(original jsonb, reproduction jsonb) TO btsql_reader;
-- Name: FUNCTION reproduction_verdict(reference text, original text); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.reproduction_verdict(reference text, original text) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.reproduction_verdict(reference text, original text) TO btsql_reader;
-- Name: FUNCTION run_config(reference text); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.run_config(reference text) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.run_config(reference text) TO btsql_reader;
-- Name: FUNCTION run_id_of(document jsonb, key text); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.run_id_of(document jsonb, key text) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.run_id_of(document jsonb, key text) TO btsql_reader;
-- Name: FUNCTION run_identity(reference text); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.run_identity(reference text) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.run_identity(reference text) TO btsql_reader;
-- Name: FUNCTION run_lock_key(run_id uuid); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.run_lock_key(run_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.run_lock_key(run_id uuid) TO btsql_reader;
-- Name: FUNCTION run_of(record jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.run_of(record jsonb) FROM PUBLIC;
-- Name: FUNCTION schema_version(); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.schema_version() FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.schema_version() TO btsql_reader;
GRANT ALL ON FUNCTION btsql.schema_version() TO btsql_writer;
-- Name: FUNCTION search_conditions(strategy_name text, strategy_type text, instrument text, status text, since timestamp with time zone, until timestamp with time zone, data_since timestamp with time zone, data_until timestamp with time zone, metrics jsonb, tags text[]); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.search_conditions(strategy_name text, strategy_type text, instrument text, status text, since timestamp with time zone, until timestamp with time zone, data_since timestamp with time zone, data_until timestamp with time zone, metrics jsonb, tags text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.search_conditions(strategy_name text, strategy_type text, instrument text, status text, since timestamp with time zone, until timestamp with time zone, data_since timestamp with time zone, data_until timestamp with time zone, metrics jsonb, tags text[]) TO btsql_reader;
-- Name: FUNCTION searchable_parameters(parameters jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.searchable_parameters(parameters jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.searchable_parameters(parameters jsonb) TO btsql_reader;
-- Name: FUNCTION set_tags(reference text, add text[], remove text[]); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.set_tags(reference text, add text[], remove text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.set_tags(reference text, add text[], remove text[]) TO btsql_writer;
-- Name: FUNCTION short_id(run_id uuid); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.short_id(run_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.short_id(run_id uuid) TO btsql_reader;
-- Name: FUNCTION short_id_digits(run_ids uuid[]); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.short_id_digits(run_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.short_id_digits(run_ids uuid[]) TO btsql_reader;
-- Name: FUNCTION stamp_recorded_at(); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.stamp_recorded_at() FROM PUBLIC;
-- Name: FUNCTION start_run(record jsonb, process jsonb, backend_pid integer); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.start_run(record jsonb, process jsonb, backend_pid integer) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.start_run(record jsonb, process jsonb, backend_pid integer) TO btsql_writer;
-- Name: FUNCTION started_runs(); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.started_runs() FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.started_runs() TO btsql_reader;
-- Name: FUNCTION strategy_history(strategy text, strategy_name text, instrument text, since timestamp with time zone, until timestamp with time zone, result_limit integer); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.strategy_history(strategy text, strategy_name text, instrument text, since timestamp with time zone, until timestamp with time zone, result_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.strategy_history(strategy text, strategy_name text, instrument text, since timestamp with time zone, until timestamp with time zone, result_limit integer) TO btsql_reader;
-- Name: FUNCTION surroundings_of(record jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.surroundings_of(record jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.surroundings_of(record jsonb) TO btsql_reader;
-- Name: FUNCTION test_bed(strategy_path text, instruments text[], data_start timestamp with time zone, data_end timestamp with time zone); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.test_bed(strategy_path text, instruments text[], data_start timestamp with time zone, data_end timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.test_bed(strategy_path text, instruments text[], data_start timestamp with time zone, data_end timestamp with time zone) TO btsql_reader;
-- Name: FUNCTION time_of(document jsonb, key text); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.time_of(document jsonb, key text) FROM PUBLIC;
GRANT ALL ON FUNCTION btsql.time_of(document jsonb, key text) TO btsql_reader;
-- Name: FUNCTION write_metrics(metrics btsql.performance_metrics, rejected_metrics jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.write_metrics(metrics btsql.performance_metrics, rejected_metrics jsonb) FROM PUBLIC;
-- Name: FUNCTION write_parameters(run_id uuid, parameters jsonb); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.write_parameters(run_id uuid, parameters jsonb) FROM PUBLIC;
-- Name: FUNCTION write_run(run btsql.backtest_run); Type: ACL; Schema: btsql; Owner: -
REVOKE ALL ON FUNCTION btsql.write_run(run btsql.backtest_run) FROM PUBLIC;
-- Name: TABLE rejected_metric; Type: ACL; Schema: btsql; Owner: -
GRANT SELECT ON TABLE btsql.rejected_metric TO btsql_reader;
-- Name: TABLE run_annotation; Type: ACL; Schema: btsql; Owner: -
GRANT SELECT ON TABLE btsql.run_annotation TO btsql_reader;
-- Name: TABLE run_in_progress; Type: ACL; Schema: btsql; Owner: -
GRANT SELECT ON TABLE btsql.run_in_progress TO btsql_reader;
-- Name: TABLE run_parameter; Type: ACL; Schema: btsql; Owner: -
GRANT SELECT ON TABLE btsql.run_parameter TO btsql_reader;
-- PostgreSQL database dump complete
