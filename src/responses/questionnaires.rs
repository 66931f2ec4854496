//! A cache of published questionnaires, which never change: each is parsed once, not for every write.

use std::sync::Arc;

use questionnaire::Questionnaire;
use quick_cache::sync::Cache;

use crate::db::{Conn, Id};
use crate::error::Error;
use crate::surveys;

/// Most questionnaires in memory: rounds that are open at the same time, and the ones before.
const KEPT: usize = 16;

/// Published questionnaires by survey and version. Cloning shares the cache.
#[derive(Clone)]
pub(super) struct Questionnaires(Arc<Cache<(Id, i32), Arc<Questionnaire>>>);

impl Default for Questionnaires {
    fn default() -> Self {
        Self(Arc::new(Cache::new(KEPT)))
    }
}

impl Questionnaires {
    /// A published questionnaire.
    ///
    /// # Errors
    /// 404 where there is none.
    pub(super) fn get(&self, conn: &mut Conn, survey: Id, version: i32) -> Result<Arc<Questionnaire>, Error> {
        if let Some(known) = self.0.get(&(survey, version)) {
            return Ok(known);
        }
        let found = Arc::new(surveys::published(conn, survey, version)?.ok_or_else(Error::not_found)?);
        self.0.insert((survey, version), Arc::clone(&found));
        Ok(found)
    }
}
