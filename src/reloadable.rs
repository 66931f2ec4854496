//! Values of the configuration that are replaced while the portal serves, when the operator sends SIGHUP.
//!
//! Whoever uses such a value asks for it each time ([`Reloadable::get`]), and works with what it got until the end: a
//! mail under way is signed by the key with which it began. What is replaced is read and checked as a whole before, by
//! `app::reload`, so that a faulty file replaces nothing.

use std::sync::{Arc, PoisonError, RwLock};

/// A value that can be replaced. Cloning shares it.
#[derive(Debug)]
pub struct Reloadable<T>(Arc<RwLock<Arc<T>>>);

impl<T> Reloadable<T> {
    /// With this value at first.
    pub fn new(value: T) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(value))))
    }

    /// The value as it is now.
    #[must_use]
    pub fn get(&self) -> Arc<T> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the value for everybody who shares it.
    pub fn set(&self, value: T) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(value);
    }
}

impl<T> Clone for Reloadable<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_shares_a_value_gets_the_new_one_and_keeps_what_it_has() {
        let value = Reloadable::new(1);
        let (shared, kept) = (value.clone(), value.get());
        value.set(2);
        assert_eq!((*shared.get(), *kept), (2, 1));
    }
}
