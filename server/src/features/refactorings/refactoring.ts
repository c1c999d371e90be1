import type { Edit } from '../../edits/edit';
import type { Analysis } from '../../service-types';
