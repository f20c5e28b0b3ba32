use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use tallymark_tests::{Paced, Service};

/// How many there are.
pub(crate) const INSTANCES: u8 = 12;

pub(crate) const INTERFACES: [&str; 2] = ["/deploy", "/rollback"];

/// An instance of the example, and how many requests it was sent.
#[derive(Debug)]
pub(crate) struct Instance {
    service: Service,
    load: Option<Paced>,
    /// How many deploys and rollbacks in a second: with each instance others.
    rates: (u32, u32),
    /// By the interface, since it was last started.
    current: BTreeMap<&'static str, u64>,
    /// The same, before that.
    past: BTreeMap<&'static str, u64>,
}

/// All of them, each on an address of its own, of which one counts in a directory.
pub(crate) fn start(directory: &Path) -> Vec<Instance> {
    let instances = (1..=INSTANCES).map(|number| {
        let listen = SocketAddr::from((Ipv4Addr::new(127, 0, 1, number), 0));
        let service = Service::start_at(listen, (number == 1).then_some(directory));
        let rates = (3 + u32::from(number) / 2, 1 + u32::from(number) / 4);
        let [current, past] = [(); 2].map(|()| INTERFACES.map(|name| (name, 0)).into());
        Instance { service, load: None, rates, current, past }
    });
    instances.collect()
}

impl Instance {
    pub(crate) fn address(&self) -> SocketAddr {
        self.service.address
    }

    /// Has it asked from now on.
    pub(crate) fn load(&mut self) {
        let (deploys, rollbacks) = self.rates;
        self.load = Some(Paced::start(self.address(), deploys, rollbacks));
    }

    /// Has it asked no more: what it was sent is known.
    pub(crate) fn rest(&mut self) {
        for request in self.load.take().expect("it is asked").stop() {
            *self.current.entry(request.interface).or_default() += 1;
        }
    }

    /// Starts it anew where it was: it counts from 0.
    pub(crate) fn restart(&mut self) {
        let address = self.address();
        assert!(self.service.process.terminate().success());
        self.service = Service::start_at(address, None);
        assert_eq!(self.address(), address);
        for (interface, current) in &mut self.current {
            *self.past.entry(interface).or_default() += std::mem::take(current);
        }
    }

    /// What it was sent of an interface since it was last started.
    pub(crate) fn current(&self, interface: &str) -> u64 {
        self.current[interface]
    }

    /// What it was ever sent.
    pub(crate) fn ever(&self) -> u64 {
        self.current.values().chain(self.past.values()).sum()
    }
}
