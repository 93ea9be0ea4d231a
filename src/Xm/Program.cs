using Xm;
using Xm.Host;

var surroundings = ProcessSurroundings.Create(StandardDescriptors.Fill());
try
{
    return new XmProgram(surroundings).Run(args);
}
catch (Exception error)
{
    return LastWords.Say(error, surroundings);
}
