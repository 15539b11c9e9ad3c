import { labLifecycleStories } from '../lab/stories/lifecycle.ts';

labLifecycleStories();
