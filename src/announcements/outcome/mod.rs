//! What came of an announcement. The outbox knows; here it is told.

pub mod routes;
