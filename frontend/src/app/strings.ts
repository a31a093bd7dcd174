// Every sentence of the interface: one file per room, each line in both languages.
import { access } from '../features/access/strings';
import { datasets } from '../features/datasets/strings';
import { hand } from '../features/labeling/hand_strings';
import { labeling } from '../features/labeling/strings';
import { models } from '../features/models/strings';
import { review } from '../features/review/strings';
import { search } from '../features/search/strings';
import { standards } from '../features/standards/strings';
import { upkeep } from '../features/upkeep/strings';
import { versioning } from '../features/versioning/strings';
import { flatten } from '../shared/strings_type';
import { errors } from '../shared/errors_strings';
import { shared } from '../shared/strings';
import { text } from '../text/strings';
import { shell } from './shell_strings';
import { audio } from '../audio/strings';
import { jobs } from './jobs/strings';

export const resources = flatten({ access, audio, datasets, error: errors, jobs, labeling: { ...labeling, ...hand }, models, review, search, shared, shell, standards, text, upkeep, versioning });
