import { createRoot } from 'react-dom/client';
import { playFromAddress, startOver } from './player.ts';
import { App } from './view/App.tsx';
import './view/theme.css';

startOver();
const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
addEventListener('hashchange', () => void playFromAddress());
await playFromAddress();
