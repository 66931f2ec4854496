//! Statements written out in SQL that each connection prepares once.
//!
//! Diesel prepares a statement of `diesel::sql_query` for each execution, because its text may vary without bound. For a
//! statement of many parts, planning takes longer than reading. [`Prepared`] puts it into the cache of the connection.

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::{QueryResult, RunQueryDsl};

/// A statement that is kept by each connection that runs it. There may be few different texts of it: each is kept for
/// as long as the connection. On PostgreSQL its plan soon serves all values, so that what decides about the plan, such
/// as a limit, has to be in the text.
pub struct Prepared<Q>(pub Q);

impl<Q> QueryId for Prepared<Q> {
    type QueryId = ();

    /// It is known by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Prepared<Q> {
    type SqlType = Q::SqlType;
}

impl<C, Q> RunQueryDsl<C> for Prepared<Q> {}

impl<DB: Backend, Q: QueryFragment<DB>> QueryFragment<DB> for Prepared<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}
