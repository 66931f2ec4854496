-- What waits at an organisation, by state, the longest first: the page of tasks and the count in the menu.
CREATE INDEX appointment_waiting ON appointment (organisation_id, status, status_since) WHERE forgotten_at IS NULL;
