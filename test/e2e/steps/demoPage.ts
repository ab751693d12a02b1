/** The folder that `npm start` opens: its page says what to try, rendered. */
import type { StepGroup } from '../environment.js';

export const demoPageSteps: StepGroup = {
  name: 'demo-page',
  steps: [
    {
      title: 'comes up rendered in a folder that was never opened, and gives the window back',
      async run({ workbench, demo, address, setSettings }) {
        await workbench.takeOverSettings(mark => setSettings({ ...demo.settings, ...mark }));
        await workbench.visit(demo.address);
        await workbench.report.getByRole('heading', { name: 'Welcome to Node Triage' }).waitFor();
        await workbench.picture('demo-page');
        await workbench.takeOverSettings(mark => setSettings(mark));
        await workbench.visit(address);
        await workbench.showViews();
      },
    },
  ],
};
