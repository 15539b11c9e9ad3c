import { ensurePackages, type Packages } from '../../../deploy/lab/packages.ts';

/** The Temporal UI names Inter first, and brings no font of its own; without any font a page is a picture of boxes. */
const BROWSER_PACKAGES: Packages = {
  chromium: 'chromium',
  'fonts-inter': '/var/lib/dpkg/info/fonts-inter.list',
  'fonts-dejavu-core': '/var/lib/dpkg/info/fonts-dejavu-core.list',
};

/** Installs Debian's Chromium where it is missing. What it leaves in /etc is no trace of the lab, so it comes before those are counted. */
export const ensureBrowser = (): Promise<void> => ensurePackages(BROWSER_PACKAGES);
