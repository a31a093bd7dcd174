//! The door to the database: connections, entities, the clock and ids of services.
