// A script that answers messages. It has nothing to import.
export {};
