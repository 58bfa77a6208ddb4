// The code on the wall: counts down, and fetches the next one as it falls due.
(() => {
  const wall = document.querySelector("[data-wall]");
  const part = (name) => wall.querySelector(`[data-${name}]`);
  let left = Number(part("seconds").textContent);
  let asked = 0;

  const show = (now) => {
    if (!now.on) return location.reload();
    part("code").textContent = now.code;
    part("picture").innerHTML = now.picture;
    part("came").textContent = now.came;
    left = now.seconds;
    wall.classList.remove("gone");
  };
  const ask = async () => {
    try {
      const answer = await fetch(wall.dataset.wall, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw answer.status;
      show(await answer.json());
    } catch {
      wall.classList.add("gone");
    }
  };
  setInterval(() => {
    left = Math.max(0, left - 1);
    asked += 1;
    part("seconds").textContent = left;
    // How many have come is asked for every five seconds.
    if (left === 0 || asked % 5 === 0) ask();
  }, 1000);
})();
