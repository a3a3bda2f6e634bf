BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE clock_anchor (
	id BIGINT NOT NULL, 
	boot_id VARCHAR NOT NULL, 
	mono_us BIGINT NOT NULL, 
	timeline_us BIGINT NOT NULL, 
	utc DATETIME NOT NULL, 
	CONSTRAINT pk_clock_anchor PRIMARY KEY (id), 
	CONSTRAINT ck_clock_anchor_one_row CHECK (id = 1)
);
INSERT INTO "clock_anchor" VALUES(1,'boot',1,2,'2026-08-01 12:00:00.000000');
CREATE TABLE desk (
	id BIGINT NOT NULL, 
	desk_version VARCHAR NOT NULL, 
	current_event_id VARCHAR, 
	CONSTRAINT pk_desk PRIMARY KEY (id), 
	CONSTRAINT ck_desk_one_row CHECK (id = 1), 
	CONSTRAINT fk_desk_current_event_id FOREIGN KEY(current_event_id) REFERENCES events (event_id)
);
INSERT INTO "desk" VALUES(1,'0.1.0','event');
CREATE TABLE event_tracks (
	track_id VARCHAR NOT NULL, 
	event_id VARCHAR NOT NULL, 
	position BIGINT NOT NULL, 
	name VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	footer VARCHAR NOT NULL, 
	station_id VARCHAR NOT NULL, 
	CONSTRAINT pk_event_tracks PRIMARY KEY (track_id), 
	CONSTRAINT fk_event_tracks_event_id FOREIGN KEY(event_id) REFERENCES events (event_id)
);
INSERT INTO "event_tracks" VALUES('track','event',0,'Track track','','','');
CREATE TABLE events (
	event_id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	race_format JSON NOT NULL, 
	day DATE, 
	link VARCHAR NOT NULL, 
	CONSTRAINT pk_events PRIMARY KEY (event_id)
);
INSERT INTO "events" VALUES('event','Open day','{"time_limit_us": 120000000, "lap_limit": null, "ranking": "best_lap", "average_laps": 3, "reset_limit": null, "min_lap_us": 4000000, "max_lap_us": 120000000, "start": "first_crossing", "count_in_us": 3000000, "expiry": "finish_lap", "grace_us": 60000000, "crossing_resumes": true, "paused_laps_count": false, "runs_per_racer": null}',NULL,'');
CREATE TABLE heartbeat (
	id BIGINT NOT NULL, 
	timeline_us BIGINT NOT NULL, 
	utc DATETIME NOT NULL, 
	CONSTRAINT pk_heartbeat PRIMARY KEY (id), 
	CONSTRAINT ck_heartbeat_one_row CHECK (id = 1)
);
INSERT INTO "heartbeat" VALUES(1,9000000,'2026-08-01 12:00:09.000000');
CREATE TABLE laps (
	run_id VARCHAR NOT NULL, 
	ref BIGINT NOT NULL, 
	track_id VARCHAR NOT NULL, 
	racer_id VARCHAR, 
	racer_name VARCHAR NOT NULL, 
	number BIGINT, 
	position BIGINT, 
	outcome VARCHAR(32) NOT NULL, 
	time_us BIGINT NOT NULL, 
	start_us BIGINT NOT NULL, 
	end_us BIGINT NOT NULL, 
	driven_at DATETIME NOT NULL, 
	joins BOOLEAN NOT NULL, 
	by_proxy BOOLEAN NOT NULL, 
	resets BIGINT NOT NULL, 
	source VARCHAR(32) NOT NULL, 
	held BOOLEAN NOT NULL, 
	car_name VARCHAR NOT NULL, 
	bound_us BIGINT NOT NULL, 
	flags JSON NOT NULL, 
	reason VARCHAR NOT NULL, 
	CONSTRAINT pk_laps PRIMARY KEY (run_id, ref), 
	CONSTRAINT fk_laps_racer_id FOREIGN KEY(racer_id) REFERENCES racers (racer_id), 
	CONSTRAINT fk_laps_run_id FOREIGN KEY(run_id) REFERENCES runs (run_id), 
	CONSTRAINT fk_laps_track_id FOREIGN KEY(track_id) REFERENCES event_tracks (track_id)
);
INSERT INTO "laps" VALUES('run',2,'track','ann','ann',1,0,'valid',8000000,0,10000000,'2026-08-01 12:00:00.000000',1,0,0,'strip',0,'',0,'[]','');
INSERT INTO "laps" VALUES('run',3,'track','ann','ann',2,1,'valid',8100000,10000000,20000000,'2026-08-01 12:00:01.000000',1,0,0,'strip',0,'',0,'[]','');
CREATE TABLE racers (
	racer_id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	country VARCHAR NOT NULL, 
	colour VARCHAR NOT NULL, 
	listed BOOLEAN NOT NULL, 
	CONSTRAINT pk_racers PRIMARY KEY (racer_id)
);
INSERT INTO "racers" VALUES('ann','Ann Example','','#0000FF',1);
INSERT INTO "racers" VALUES('ben','Ben Beispiel','DE','#FF0000',1);
CREATE TABLE run_entries (
	run_id VARCHAR NOT NULL, 
	seq BIGINT NOT NULL, 
	at_us BIGINT NOT NULL, 
	utc DATETIME NOT NULL, 
	source VARCHAR(32) NOT NULL, 
	who VARCHAR NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	payload JSON NOT NULL, 
	CONSTRAINT pk_run_entries PRIMARY KEY (run_id, seq), 
	CONSTRAINT fk_run_entries_run_id FOREIGN KEY(run_id) REFERENCES runs (run_id)
);
INSERT INTO "run_entries" VALUES('run',1,1000000,'2026-08-01 12:00:01.000000','operator','Kim','configured','{"setup": {"event_id": "event", "event_name": "Open day", "track_id": "track", "track_name": "Oval", "racer_id": "ann", "racer_name": "ann", "car_name": "Car 1", "by_proxy": false, "race_format": {"time_limit_us": 120000000, "lap_limit": null, "ranking": "best_lap", "average_laps": 3, "reset_limit": null, "min_lap_us": 4000000, "max_lap_us": 120000000, "start": "first_crossing", "count_in_us": 3000000, "expiry": "finish_lap", "grace_us": 60000000, "crossing_resumes": true, "paused_laps_count": false, "runs_per_racer": null}}}');
INSERT INTO "run_entries" VALUES('run',2,2000000,'2026-08-01 12:00:02.000000','operator','Kim','armed','{}');
INSERT INTO "run_entries" VALUES('run',3,3000000,'2026-08-01 12:00:03.000000','strip','Kim','crossing','{"station_id": "0badcafe", "epoch": 7, "n": 1, "clock": 3, "station_us": 1000, "bound_us": 0, "sensor": 0, "simulated": false}');
CREATE TABLE runs (
	run_id VARCHAR NOT NULL, 
	event_id VARCHAR, 
	track_id VARCHAR, 
	racer_id VARCHAR, 
	racer_name VARCHAR NOT NULL, 
	car_name VARCHAR NOT NULL, 
	by_proxy BOOLEAN NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	created_utc DATETIME NOT NULL, 
	armed_utc DATETIME, 
	best_us BIGINT, 
	laps BIGINT NOT NULL, 
	first_us BIGINT NOT NULL, 
	last_us BIGINT NOT NULL, 
	CONSTRAINT pk_runs PRIMARY KEY (run_id), 
	CONSTRAINT fk_runs_event_id FOREIGN KEY(event_id) REFERENCES events (event_id), 
	CONSTRAINT fk_runs_racer_id FOREIGN KEY(racer_id) REFERENCES racers (racer_id), 
	CONSTRAINT fk_runs_track_id FOREIGN KEY(track_id) REFERENCES event_tracks (track_id)
);
INSERT INTO "runs" VALUES('run','event','track','ann','ann','Car 1',0,'submitted','2026-08-01 12:00:01.000000','2026-08-01 12:00:02.000000',8000000,2,1000000,3000000);
CREATE TABLE station_events (
	station_id VARCHAR NOT NULL, 
	epoch BIGINT NOT NULL, 
	n BIGINT NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	clock_id BIGINT NOT NULL, 
	station_us BIGINT NOT NULL, 
	host_us BIGINT NOT NULL, 
	bound_us BIGINT NOT NULL, 
	sensor BIGINT, 
	simulated BOOLEAN NOT NULL, 
	raw JSON NOT NULL, 
	received_utc DATETIME NOT NULL, 
	CONSTRAINT pk_station_events PRIMARY KEY (station_id, epoch, n)
);
INSERT INTO "station_events" VALUES('0badcafe',7,1,'x',3,1000,1005,40,0,0,'{"t": "x", "n": 1}','2026-08-01 12:00:03.000000');
CREATE TABLE station_positions (
	station_id VARCHAR NOT NULL, 
	epoch BIGINT NOT NULL, 
	first_n BIGINT NOT NULL, 
	last_n BIGINT NOT NULL, 
	CONSTRAINT pk_station_positions PRIMARY KEY (station_id, epoch)
);
INSERT INTO "station_positions" VALUES('0badcafe',7,1,1);
CREATE TABLE stations (
	station_id VARCHAR NOT NULL, 
	url VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	track_id VARCHAR NOT NULL, 
	CONSTRAINT pk_stations PRIMARY KEY (station_id)
);
INSERT INTO "stations" VALUES('0badcafe','tcp://192.0.2.7:8765','Oval','');
CREATE TABLE summaries (
	track_id VARCHAR NOT NULL, 
	racer_id VARCHAR NOT NULL, 
	event_id VARCHAR NOT NULL, 
	runs BIGINT NOT NULL, 
	valid_laps BIGINT NOT NULL, 
	driven_laps BIGINT NOT NULL, 
	total_us BIGINT NOT NULL, 
	lap1_us BIGINT, 
	lap1_at DATETIME, 
	lap1_proxy BOOLEAN, 
	lap2_us BIGINT, 
	lap2_at DATETIME, 
	lap2_proxy BOOLEAN, 
	average1_us BIGINT, 
	average1_at DATETIME, 
	average1_proxy BOOLEAN, 
	average2_us BIGINT, 
	average2_at DATETIME, 
	average2_proxy BOOLEAN, 
	CONSTRAINT pk_summaries PRIMARY KEY (track_id, racer_id), 
	CONSTRAINT fk_summaries_event_id FOREIGN KEY(event_id) REFERENCES events (event_id), 
	CONSTRAINT fk_summaries_racer_id FOREIGN KEY(racer_id) REFERENCES racers (racer_id), 
	CONSTRAINT fk_summaries_track_id FOREIGN KEY(track_id) REFERENCES event_tracks (track_id)
);
INSERT INTO "summaries" VALUES('track','ann','event',1,2,2,16100000,8000000,'2026-08-01 12:00:00.000000',0,8100000,'2026-08-01 12:00:01.000000',0,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE INDEX ix_event_tracks_event_id ON event_tracks (event_id);
CREATE INDEX ix_runs_event_id ON runs (event_id);
CREATE INDEX ix_runs_first_us ON runs (first_us);
CREATE INDEX ix_runs_racer_id ON runs (racer_id);
CREATE INDEX ix_runs_state ON runs (state);
CREATE INDEX ix_runs_track_id ON runs (track_id);
CREATE INDEX ix_summaries_event_id ON summaries (event_id);
CREATE INDEX ix_summaries_racer_id ON summaries (racer_id);
CREATE INDEX ix_laps_racer_id ON laps (racer_id);
CREATE INDEX ix_laps_track_id_racer_id ON laps (track_id, racer_id);
COMMIT;
