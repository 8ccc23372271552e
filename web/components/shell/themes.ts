// Themes in words.
import type { Theme } from '../../lib/settings';

export const themes: Record<Theme, string> = { system: 'As the system', light: 'Light', dark: 'Dark' };
