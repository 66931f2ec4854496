DROP TABLE audit_network;
