DROP INDEX appointment_waiting;
