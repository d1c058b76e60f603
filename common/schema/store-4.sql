-- Deliveries by rest: after a request of several rows was refused as a whole,
-- each of them goes alone, so that only the one at fault is dead.
ALTER TABLE outbox ADD COLUMN alone INTEGER NOT NULL DEFAULT 0;

PRAGMA user_version = 4;
