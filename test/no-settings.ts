/** Settings in the environment of whoever runs the tests are not those of the tests. */
for (const name of Object.keys(process.env)) if (name.startsWith('ODP_ORDERS_')) delete process.env[name];
