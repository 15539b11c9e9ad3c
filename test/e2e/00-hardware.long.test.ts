import { labHardwareStories } from '../lab/stories/hardware.ts';

labHardwareStories();
