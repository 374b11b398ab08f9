import { render } from 'preact';

function Page() {
  return <main>The dashboard of wirekeeper.</main>;
}

render(<Page />, document.body);
