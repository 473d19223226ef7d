// Run once after the build: a service that finds the packed file starts a second sooner.
import { packNetworks } from '../dist/index.js';

const { path, bytes } = await packNetworks();
process.stdout.write(`packed ASN data: ${path} (${(bytes / 1e6).toFixed(1)} MB)\n`);
