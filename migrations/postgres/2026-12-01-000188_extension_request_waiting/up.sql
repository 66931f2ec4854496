-- For the list of what waits: the oldest first.
CREATE INDEX extension_request_waiting ON extension_request (asked_at) WHERE state = 'open';
