export default function NotFound() {
  return (
    <div className="empty">
      <h1>There is no such page</h1>
      <p>
        The <a href="/">fleet</a> leads to every charger.
      </p>
    </div>
  );
}
