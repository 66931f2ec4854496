DROP INDEX extension_request_waiting;
