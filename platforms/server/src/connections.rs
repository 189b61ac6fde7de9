//! How many connections there are, in all and from one address. Where there is one too many, the one that has been idle for
//! the longest time makes room: so connections that nobody uses keep nobody out.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::Notify;

/// The most connections that there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// In all.
    pub all: usize,
    /// From one address.
    pub of_one_address: usize,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self { all: 1024, of_one_address: 256 }
    }
}

/// The connections that there are.
#[derive(Debug)]
pub(crate) struct Connections {
    limits: ConnectionLimits,
    table: Mutex<Table>,
    /// Told when a connection ends or becomes idle.
    changed: Notify,
}

#[derive(Debug, Default)]
struct Table {
    next: u64,
    entries: BTreeMap<u64, Entry>,
}

#[derive(Debug)]
struct Entry {
    address: IpAddr,
    /// Since when it has had no request; `None` while one is answered.
    idle: Option<Instant>,
    end: Arc<Notify>,
}

/// What becomes of a connection that was accepted.
#[derive(Debug)]
enum Admission {
    Taken(Connection),
    /// There is no room, and none to be made, for this address.
    Refused,
    /// There is no room, and none to be made, for anybody.
    Full,
}

impl Connections {
    pub(crate) fn new(limits: ConnectionLimits) -> Arc<Self> {
        Arc::new(Self { limits, table: Mutex::default(), changed: Notify::new() })
    }

    /// Takes a connection in as soon as there is room. `None` where its address has too many that are all at work.
    pub(crate) async fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Connection> {
        loop {
            let changed = self.changed.notified();
            match self.try_admit(address) {
                Admission::Taken(connection) => return Some(connection),
                Admission::Refused => return None,
                Admission::Full => changed.await,
            }
        }
    }

    fn try_admit(self: &Arc<Self>, address: IpAddr) -> Admission {
        let mut table = self.table();
        let of_address = table.entries.values().filter(|entry| entry.address == address).count();
        if of_address >= self.limits.of_one_address && !table.end_idlest(|entry| entry.address == address) {
            return Admission::Refused;
        }
        if table.entries.len() >= self.limits.all && !table.end_idlest(|_| true) {
            return Admission::Full;
        }
        let (id, end) = (table.next, Arc::new(Notify::new()));
        table.next += 1;
        table.entries.insert(id, Entry { address, idle: Some(Instant::now()), end: Arc::clone(&end) });
        Admission::Taken(Connection { id, end, answered: AtomicBool::new(false), all: Arc::clone(self) })
    }

    /// Ends the connection that has been idle for the longest time, if any is idle.
    pub(crate) fn end_idlest(&self) {
        self.table().end_idlest(|_| true);
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Ends the connection that has been idle for the longest time, of those that are meant.
    fn end_idlest(&mut self, is_meant: impl Fn(&Entry) -> bool) -> bool {
        let idle = self.entries.iter().filter(|(_, entry)| is_meant(entry));
        let Some((_, id)) = idle.filter_map(|(id, entry)| Some((entry.idle?, *id))).min() else {
            return false;
        };
        if let Some(entry) = self.entries.remove(&id) {
            entry.end.notify_one();
        }
        true
    }
}

/// One of the connections, for as long as it lives.
#[derive(Debug)]
pub(crate) struct Connection {
    id: u64,
    end: Arc<Notify>,
    /// Whether the answer to the last request is made.
    answered: AtomicBool,
    all: Arc<Connections>,
}

impl Connection {
    /// Waits until the connection is to make room.
    pub(crate) fn ended(&self) -> impl Future<Output = ()> + Send + 'static {
        let end = Arc::clone(&self.end);
        async move { end.notified().await }
    }

    /// A request has come.
    pub(crate) fn begin(&self) {
        self.answered.store(false, Ordering::Relaxed);
        self.set_idle(None);
    }

    /// Its answer is made, but not sent yet.
    pub(crate) fn answered(&self) {
        self.answered.store(true, Ordering::Relaxed);
    }

    /// All that was written is sent: with the end of an answer, the connection is idle.
    pub(crate) fn flushed(&self) {
        if self.answered.swap(false, Ordering::Relaxed) {
            self.set_idle(Some(Instant::now()));
            self.all.changed.notify_one();
        }
    }

    fn set_idle(&self, idle: Option<Instant>) {
        if let Some(entry) = self.all.table().entries.get_mut(&self.id) {
            entry.idle = idle;
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.all.table().entries.remove(&self.id);
        self.all.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const B: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    fn connections(all: usize, of_one_address: usize) -> Arc<Connections> {
        Connections::new(ConnectionLimits { all, of_one_address })
    }

    fn taken(connections: &Arc<Connections>, address: IpAddr) -> Connection {
        match connections.try_admit(address) {
            Admission::Taken(connection) => connection,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn the_idlest_makes_room() {
        let connections = connections(2, 2);
        let (first, second) = (taken(&connections, A), taken(&connections, B));
        // The first has been idle for the shorter time.
        first.begin();
        first.answered();
        first.flushed();
        let third = taken(&connections, B);
        second.ended().await;
        assert_eq!(connections.table().entries.len(), 2);
        drop((first, second, third));
        assert_eq!(connections.table().entries.len(), 0);
    }

    #[tokio::test]
    async fn one_address_has_its_share() {
        let connections = connections(10, 2);
        let held: Vec<_> = (0..2).map(|_| taken(&connections, A)).collect();
        held.iter().for_each(Connection::begin);
        assert!(connections.admit(A).await.is_none());
        assert!(connections.admit(B).await.is_some());
        // What is made is not sent yet.
        held[0].answered();
        assert!(connections.admit(A).await.is_none());
        held[0].flushed();
        assert!(connections.admit(A).await.is_some());
        held[0].ended().await;
    }

    #[tokio::test]
    async fn who_finds_no_room_waits() {
        let connections = connections(1, 1);
        let busy = taken(&connections, A);
        busy.begin();
        let other = Arc::clone(&connections);
        let waiting = tokio::spawn(async move { other.admit(B).await.is_some() });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(busy);
        assert!(waiting.await.unwrap());
    }
}
